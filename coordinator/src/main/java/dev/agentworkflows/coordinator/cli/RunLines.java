package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.approval.ApprovalText;
import dev.agentworkflows.coordinator.json.Times;
import dev.agentworkflows.coordinator.report.NextStep;
import dev.agentworkflows.coordinator.report.RunTotals;
import dev.agentworkflows.coordinator.report.SpentText;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs as lines for people. */
final class RunLines {

  private RunLines() {}

  /** What there is to say of a run. */
  static List<String> of(
      RunRecord run, Iterable<CallRecord> calls, List<ApprovalRecord> approvals) {
    List<String> lines = new ArrayList<>();
    lines.add("run_id:   " + run.id());
    lines.add("status:   " + run.status().label());
    if (run.workflowName() != null) {
      lines.add("workflow: " + VisibleText.line(run.workflowName()));
    }
    lines.add("script:   " + text(run.scriptPath()));
    lines.add("calls:    " + RunTotals.of(calls).calls());
    lines.add("spent:    " + SpentText.of(run));
    if (run.resumedFromRunId() != null) {
      lines.add("resumed:  " + run.resumedFromRunId() + " (attempt " + run.attemptNumber() + ")");
    }
    if (run.parentRunId() != null) {
      lines.add("parent:   " + run.parentRunId());
    }
    if (run.errorMessage() != null) {
      lines.add("error:    " + text(error(run)));
    }
    lines.add("run_dir:  " + run.outputDir());
    if (run.status() == RunStatus.RUNNING) {
      approvals.stream()
          .filter(approval -> approval.status() == ApprovalStatus.WAITING)
          .forEach(approval -> lines.add("waiting:  " + ApprovalText.waiting(approval)));
    }
    if (run.status() == RunStatus.RUNNING) {
      WaitLines.of(calls).forEach(line -> lines.add("waiting:  " + line));
    }
    NextStep.of(run).ifPresent(next -> lines.add("go on:    " + next));
    return lines;
  }

  /** What a script or a model says, on one line of ours. */
  static String text(String text) {
    return VisibleText.line(text, VisibleText.MAX_BLOCK);
  }

  /** The class of the error and its message. */
  static String error(RunRecord run) {
    String message = run.errorMessage() == null ? "the run was ended" : run.errorMessage();
    if (run.errorKind() == null) {
      return message;
    }
    return message.isBlank() ? run.errorKind() : run.errorKind() + ": " + message;
  }

  static Stream<String> table(List<RunRecord> runs) {
    if (runs.isEmpty()) {
      return Stream.of("no runs");
    }
    return runs.stream()
        .map(run ->
            "%-27s %-15s %8d tokens  %-20s %s%s%s"
                .formatted(
                    run.id(),
                    run.status().label(),
                    run.budgetSpentTokens(),
                    run.workflowName() == null ? "-" : VisibleText.line(run.workflowName()),
                    text(run.scriptPath()),
                    run.parentRunId() == null ? "" : "  (child of " + run.parentRunId() + ")",
                    SpentText.ofTheJob(run).map(spent -> "  (" + spent + ")").orElse("")));
  }

  static String of(EventRecord event) {
    String data = event.dataJson().equals("{}") ? "" : "  " + text(event.dataJson());
    String phase =
        event.phase() == null || event.type().equals("phase")
            ? ""
            : "[" + VisibleText.line(event.phase()) + "] ";
    return "%s  %-8s %s%s%s"
        .formatted(
            Times.text(event.at()),
            VisibleText.line(event.type()),
            phase,
            text(event.message()),
            data);
  }
}
