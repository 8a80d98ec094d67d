package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.ShowRun;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import picocli.CommandLine;

@CommandLine.Command(name = "calls", description = "List a run's calls.")
@Manual(
    description =
        "In the order in which the script made them, with status, whether memory answered, "
            + "tokens and time.",
    examples = {"owf calls latest", "owf calls run_20261122_143201_4f9c1a --json"},
    seeAlso = {"cat", "explain-cache", "status"})
final class CallsCommand extends RunReadingCommand {

  CallsCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int show(OpenHome home, RunRecord run) {
    Iterable<CallRecord> calls = new ShowRun(home).calls(run);
    if (json()) {
      screen().json(calls, RunJson::of);
    } else {
      CallTable.print(calls, screen());
    }
    return ExitCode.FINE;
  }
}
