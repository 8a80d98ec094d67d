package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(name = "status", description = "Show a run and its calls.")
@Manual(
    description = "How the run stands or ended, what it cost, and a line for each call.",
    examples = {"owf status latest", "owf status run_20261122_143201_4f9c1a --json"},
    seeAlso = {"runs", "calls", "report"})
final class StatusCommand extends RunReadingCommand {

  StatusCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int look(RunStore store, RunRecord run) {
    List<CallRecord> calls = store.calls(run.id());
    if (json()) {
      ObjectNode document = Json.object();
      document.set("run", RunJson.of(run));
      document.set("calls", RunJson.list(calls, RunJson::of));
      screen().json(document);
    } else {
      RunLines.of(run, calls).forEach(screen()::line);
      CallTable.of(calls).forEach(screen()::line);
    }
    return ExitCode.FINE;
  }
}
