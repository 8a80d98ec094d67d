package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.store.RunBudget;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.math.BigDecimal;
import java.util.Optional;

/** The command that takes a run further which did not end {@code done}. */
public final class NextStep {

  private NextStep() {}

  /** Empty for a run that is done or still running. */
  public static Optional<String> of(RunRecord run) {
    if (run.status() == RunStatus.DONE || run.status() == RunStatus.RUNNING) {
      return Optional.empty();
    }
    String id = run.lineage().parentRunId() == null ? run.id() : run.lineage().parentRunId();
    return Optional.of("owf resume " + id + moreBudget(run));
  }

  /** Twice as much: the user knows better, and has the place to write it. */
  private static String moreBudget(RunRecord run) {
    if (run.status() != RunStatus.BUDGET_EXCEEDED) {
      return "";
    }
    RunBudget budget = run.budget();
    StringBuilder options = new StringBuilder();
    if (budget.totalTokens() != null) {
      options.append(" --budget-tokens ").append(twice(new BigDecimal(budget.totalTokens())));
    }
    if (budget.totalCostUsd() != null) {
      options.append(" --budget-cost-usd ").append(twice(budget.totalCostUsd()));
    }
    return options.toString();
  }

  private static String twice(BigDecimal budget) {
    return budget.multiply(BigDecimal.valueOf(2)).toPlainString();
  }
}
