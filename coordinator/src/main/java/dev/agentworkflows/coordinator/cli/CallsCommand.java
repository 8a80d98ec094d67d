package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import picocli.CommandLine;

@CommandLine.Command(name = "calls", description = "List a run's calls.")
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
