package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.CancelRun;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.report.RunJson;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "cancel",
    description = "End a run that goes on in another process; what is finished is kept.")
@Manual(
    description =
        "Its calls are ended with all their processes, and the run ends as cancelled; `owf "
            + "resume` goes on with it.",
    examples = {"owf cancel latest", "owf cancel run_20261122_143201_4f9c1a"},
    seeAlso = {"status", "resume"})
final class CancelCommand extends ReadingCommand {

  @Parameters(index = "0", paramLabel = "RUN", description = "A run id, or latest.")
  private String id = RunLookup.LATEST;

  CancelCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean isReadOnly() {
    return false;
  }

  @Override
  int show(OpenHome home) {
    CancelRun.Result result = new CancelRun(home).cancel(id);
    if (json()) {
      screen().json(RunJson.cancelled(result.runId(), result.status()));
    } else {
      screen().line(result.runId() + ": " + result.status().label());
    }
    if (!result.hasEnded()) {
      screen().note("owf: it was asked to end, and has not ended yet.");
      return ExitCode.FAILED;
    }
    return ExitCode.FINE;
  }
}
