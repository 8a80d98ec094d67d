package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import picocli.CommandLine.Parameters;

/** A command that looks at one run. */
abstract class RunReadingCommand extends ReadingCommand {

  @Parameters(index = "0", paramLabel = "RUN", description = "A run id, or latest.")
  private String run = LATEST;

  RunReadingCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  final int show(RunStore store, WorkflowHome where) {
    return show(store, where, run(store, run));
  }

  /** For commands that need to know more than the run. */
  int show(RunStore store, WorkflowHome where, RunRecord found) {
    return show(store, found);
  }

  abstract int show(RunStore store, RunRecord run);
}
