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
import dev.agentworkflows.store.EventType;
import dev.agentworkflows.store.RunLineage;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunScript;
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
    RunLineage lineage = run.lineage();
    RunScript script = run.script();
    List<String> lines = new ArrayList<>();
    lines.add("run_id:   " + run.id());
    lines.add("status:   " + run.status().label());
    if (script.workflowName() != null) {
      lines.add("workflow: " + VisibleText.line(script.workflowName()));
    }
    lines.add("script:   " + text(script.path()));
    lines.add("calls:    " + RunTotals.of(calls).calls());
    lines.add("spent:    " + SpentText.of(run.budget()));
    if (lineage.resumedFromRunId() != null) {
      lines.add(
          "resumed:  " + lineage.resumedFromRunId() + " (attempt " + lineage.attemptNumber() + ")");
    }
    if (lineage.parentRunId() != null) {
      lines.add("parent:   " + lineage.parentRunId());
    }
    if (run.error().message() != null) {
      lines.add("error:    " + text(run.error().text()));
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
    NextStep.of(run).ifPresent(next -> lines.add("go on:    " + next.command()));
    return lines;
  }

  /** What a script or a model says, on one line of ours. */
  static String text(String text) {
    return VisibleText.line(text, VisibleText.MAX_BLOCK);
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
                    run.budget().spentTokens(),
                    run.script().workflowName() == null
                        ? "-"
                        : VisibleText.line(run.script().workflowName()),
                    text(run.script().path()),
                    run.lineage().parentRunId() == null
                        ? ""
                        : "  (child of " + run.lineage().parentRunId() + ")",
                    SpentText.ofTheJob(run.budget()).map(spent -> "  (" + spent + ")").orElse("")));
  }

  static String of(EventRecord event) {
    String data = event.dataJson().equals("{}") ? "" : "  " + text(event.dataJson());
    String phase =
        event.phase() == null || event.type() == EventType.PHASE
            ? ""
            : "[" + VisibleText.line(event.phase()) + "] ";
    return "%s  %-8s %s%s%s"
        .formatted(
            Times.text(event.at()), event.type().label(), phase, text(event.message()), data);
  }
}
