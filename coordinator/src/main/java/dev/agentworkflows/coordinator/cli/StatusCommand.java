package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.ShowRun;
import dev.agentworkflows.coordinator.json.JsonStream;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import java.util.List;
import picocli.CommandLine;

@CommandLine.Command(name = "status", description = "Show a run and its calls.")
@Manual(
    description =
        "How the run stands or ended, what it cost, and a line for each call. With --follow it is told"
            + " as it comes, also of a run of another process.",
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

  StatusCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int show(OpenHome home, RunRecord run) {
    if (!follow) {
      return print(home, run);
    }
    RunRecord ended = new Following(screen(), environment(), home).follow(run, json());
    if (json()) {
      print(home, ended);
    } else {
      RunSummaryPrinter closing = new RunSummaryPrinter(screen(), home);
      closing.lines(ended);
      closing.failure(ended);
    }
    return ExitCode.of(ended.status());
  }

  private int print(OpenHome home, RunRecord run) {
    Iterable<CallRecord> calls = new ShowRun(home).calls(run);
    List<ApprovalRecord> approvals = new ShowRun(home).approvals(run);
    if (json()) {
      document(run, calls, approvals);
    } else {
      RunLines.of(run, calls, approvals).forEach(screen()::line);
      CallTable.print(calls, screen());
    }
    return ExitCode.FINE;
  }

  private void document(RunRecord run, Iterable<CallRecord> calls, List<ApprovalRecord> approvals) {
    try (JsonStream document = screen().json().beginObject()) {
      document.name("run").value(RunJson.of(run)).name("calls").beginArray();
      for (CallRecord call : calls) {
        document.value(RunJson.of(call));
        screen().requireReader();
      }
      document.endArray().name("approvals").value(RunJson.list(approvals, RunJson::of));
      document.endObject();
    }
  }
}
