package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import picocli.CommandLine.Parameters;

/** A command that looks at one run. */
abstract class RunReadingCommand extends ReadingCommand {

  @Parameters(index = "0", paramLabel = "RUN", description = "A run id, or latest.")
  private String run = LATEST;

  RunReadingCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  final int look(RunStore store, WorkflowHome where) {
    return look(store, where, run(store, run));
  }

  /** For commands that need to know more than the run. */
  int look(RunStore store, WorkflowHome where, RunRecord found) {
    return look(store, found);
  }

  abstract int look(RunStore store, RunRecord run);
}
