package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.app.ShowRun;
import dev.agentworkflows.store.RunRecord;
import picocli.CommandLine.Parameters;

/** A command that looks at one run. */
abstract class RunReadingCommand extends ReadingCommand {

  @Parameters(index = "0", paramLabel = "RUN", description = "A run id, or latest.")
  private String run = RunLookup.LATEST;

  RunReadingCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  final int show(OpenHome home) {
    return show(home, new ShowRun(home).of(run));
  }

  abstract int show(OpenHome home, RunRecord run);
}
