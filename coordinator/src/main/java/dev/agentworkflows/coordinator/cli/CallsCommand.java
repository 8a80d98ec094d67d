package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
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
  int show(Store store, WorkflowHome where, RunRecord run) {
    Iterable<CallRecord> calls = store.reader().eachCall(run.id());
    if (json()) {
      screen().json(calls, RunJson::of);
    } else {
      CallTable.print(calls, screen());
    }
    return ExitCode.FINE;
  }
}
