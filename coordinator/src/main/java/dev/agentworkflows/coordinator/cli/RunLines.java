package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs as lines for people. */
final class RunLines {

  private RunLines() {}

  /** What there is to say of a run. */
  static List<String> of(RunRecord run, List<CallRecord> calls) {
    List<String> lines = new ArrayList<>();
    lines.add("run_id:   " + run.id());
    lines.add("status:   " + run.status().label());
    if (run.workflowName() != null) {
      lines.add("workflow: " + run.workflowName());
    }
    lines.add("script:   " + run.scriptPath());
    lines.add("calls:    " + counts(calls));
    lines.add("spent:    " + spent(run));
    if (run.resumedFromRunId() != null) {
      lines.add("resumed:  " + run.resumedFromRunId() + " (attempt " + run.attemptNumber() + ")");
    }
    if (run.parentRunId() != null) {
      lines.add("parent:   " + run.parentRunId());
    }
    if (run.errorMessage() != null) {
      lines.add("error:    " + error(run));
    }
    lines.add("run_dir:  " + run.outputDir());
    String next = nextStep(run);
    if (next != null) {
      lines.add("go on:    " + next);
    }
    return lines;
  }

  /** Calls that went well, those of them that cost nothing, and the others. */
  static String counts(List<CallRecord> calls) {
    long done = calls.stream().filter(call -> call.status() == CallStatus.DONE).count();
    long cached = calls.stream().filter(call -> call.cacheStatus() == CacheStatus.HIT).count();
    long running = calls.stream().filter(call -> call.status() == CallStatus.RUNNING).count();
    String text =
        "%d done, %d cached, %d failed".formatted(done, cached, calls.size() - done - running);
    return running == 0 ? text : text + ", " + running + " running";
  }

  /** The class of the error and its message. */
  static String error(RunRecord run) {
    return run.errorKind() == null
        ? String.valueOf(run.errorMessage())
        : run.errorKind() + ": " + run.errorMessage();
  }

  /** The command that continues a run which did not come to its end; null for one that did. */
  static @Nullable String nextStep(RunRecord run) {
    Long tokens = run.budgetTotalTokens();
    if (run.status() == RunStatus.BUDGET_EXCEEDED) {
      return "owf resume "
          + run.id()
          + (tokens != null && run.budgetTotalCostUsd() == null
              ? " --budget-tokens " + Math.max(1, tokens) * 2
              : tokens == null ? " --budget-cost-usd N" : " --budget-tokens N --budget-cost-usd N");
    }
    return run.status() == RunStatus.DONE
            || run.status() == RunStatus.RUNNING
            || run.parentRunId() != null
        ? null
        : "owf resume " + run.id();
  }

  static Stream<String> table(List<RunRecord> runs) {
    if (runs.isEmpty()) {
      return Stream.of("no runs");
    }
    return runs.stream()
        .map(run ->
            "%-27s %-15s %8d tokens  %-20s %s%s"
                .formatted(
                    run.id(),
                    run.status().label(),
                    run.budgetSpentTokens(),
                    run.workflowName() == null ? "-" : run.workflowName(),
                    run.scriptPath(),
                    run.parentRunId() == null ? "" : "  (child of " + run.parentRunId() + ")"));
  }

  static String of(EventRecord event) {
    String data = event.dataJson().equals("{}") ? "" : "  " + event.dataJson();
    String phase =
        event.phase() == null || event.type().equals("phase") ? "" : "[" + event.phase() + "] ";
    return "%s  %-8s %s%s%s".formatted(event.at(), event.type(), phase, event.message(), data);
  }

  private static String spent(RunRecord run) {
    String tokens =
        run.budgetTotalTokens() == null
            ? run.budgetSpentTokens() + " tokens"
            : run.budgetSpentTokens() + " of " + run.budgetTotalTokens() + " tokens";
    String cost = run.budgetSpentCostUsd().stripTrailingZeros().toPlainString();
    return tokens
        + ", "
        + (run.budgetTotalCostUsd() == null
            ? cost
            : cost + " of " + run.budgetTotalCostUsd().toPlainString())
        + " USD";
  }
}
