package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
import picocli.CommandLine.Parameters;

/** A command that looks at one run. */
abstract class RunReadingCommand extends ReadingCommand {

  @Parameters(index = "0", paramLabel = "RUN", description = "A run id, or latest.")
  private String run = RunLookup.LATEST;

  RunReadingCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  final int show(Store store, WorkflowHome where) {
    return show(store, where, RunLookup.run(store.reader(), run));
  }

  abstract int show(Store store, WorkflowHome where, RunRecord run);
}
