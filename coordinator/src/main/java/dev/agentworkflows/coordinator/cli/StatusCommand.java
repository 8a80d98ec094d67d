package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(name = "status", description = "Show a run and its calls.")
@Manual(
    description =
        "How the run stands or ended, what it cost, and a line for each call. With --follow it is told as it comes, also of a run of another process.",
    examples = {
      "owf status latest",
      "owf status latest --follow",
      "owf status run_20261122_143201_4f9c1a --json"
    },
    exitCodes = "1 With --follow: the run failed.",
    seeAlso = {"runs", "calls", "report", "docs/progress.md"})
final class StatusCommand extends RunReadingCommand {

  @CommandLine.Option(
      names = "--follow",
      description = {
        "Watch a run until it ends, and end with its exit code.",
        "With --json: wait for its end, then print the document."
      })
  private boolean follow;

  StatusCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int look(RunStore store, WorkflowHome where, RunRecord run) {
    if (!follow) {
      return look(store, run);
    }
    RunRecord ended = new Following(screen(), environment(), where, store).follow(run, json());
    if (json()) {
      look(store, ended);
    } else {
      ClosingLines closing = new ClosingLines(screen(), store);
      closing.lines(ended);
      closing.trouble(ended);
    }
    return ExitCode.of(ended.status());
  }

  @Override
  int look(RunStore store, RunRecord run) {
    List<CallRecord> calls = store.calls(run.id());
    List<ApprovalRecord> approvals = store.approvals(run.id());
    if (json()) {
      ObjectNode document = Json.object();
      document.set("run", RunJson.of(run));
      document.set("calls", RunJson.list(calls, RunJson::of));
      document.set("approvals", RunJson.list(approvals, RunJson::of));
      screen().json(document);
    } else {
      RunLines.of(run, calls, approvals).forEach(screen()::line);
      CallTable.of(calls).forEach(screen()::line);
    }
    return ExitCode.FINE;
  }
}
