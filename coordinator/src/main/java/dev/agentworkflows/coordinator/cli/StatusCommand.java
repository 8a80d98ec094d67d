package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(name = "status", description = "Show a run and its calls.")
final class StatusCommand extends ReadingCommand {

  StatusCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @CommandLine.Parameters(paramLabel = "RUN", description = "A run id, or latest.")
  private String run = LATEST;

  @Override
  int look(RunStore store, WorkflowHome where) {
    RunRecord record = run(store, run);
    List<CallRecord> calls = store.calls(record.id());
    if (json()) {
      ObjectNode document = Json.object();
      document.set("run", RunJson.of(record));
      document.set("calls", RunJson.list(calls, RunJson::of));
      screen().json(document);
    } else {
      RunLines.of(record, calls).forEach(screen()::line);
      CallTable.of(calls).forEach(screen()::line);
    }
    return ExitCode.FINE;
  }
}
