package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import picocli.CommandLine;

@CommandLine.Command(name = "calls", description = "List a run's calls.")
@Manual(
    description =
        "In the order in which the script made them, with status, whether memory answered, "
            + "tokens and time.",
    examples = {"owf calls latest", "owf calls run_20261122_143201_4f9c1a --json"},
    seeAlso = {"cat", "explain-cache", "status"})
final class CallsCommand extends RunReadingCommand {

  CallsCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int look(RunStore store, RunRecord run) {
    List<CallRecord> calls = store.calls(run.id());
    if (json()) {
      screen().json(RunJson.list(calls, RunJson::of));
    } else {
      CallTable.of(calls).forEach(screen()::line);
    }
    return ExitCode.FINE;
  }
}
