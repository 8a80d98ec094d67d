package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import picocli.CommandLine;

@CommandLine.Command(name = "calls", description = "List a run's calls.")
final class CallsCommand extends ReadingCommand {

  CallsCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @CommandLine.Parameters(paramLabel = "RUN", description = "A run id, or latest.")
  private String run = LATEST;

  @Override
  int look(RunStore store, WorkflowHome where) {
    List<CallRecord> calls = store.calls(run(store, run).id());
    if (json()) {
      screen().json(RunJson.list(calls, RunJson::of));
    } else {
      CallTable.of(calls).forEach(screen()::line);
    }
    return ExitCode.FINE;
  }
}
