package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.store.RunBudget;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a run is resumed which did not end {@code done}.
 *
 * @param runId the run to resume: for a child, its parent
 * @param budgetTokens null unless more must be allowed than the run could spend
 * @param budgetCostUsd likewise
 */
public record NextStep(
    String runId, @Nullable BigDecimal budgetTokens, @Nullable BigDecimal budgetCostUsd) {

  /** Empty for a run that is done or still running. */
  public static Optional<NextStep> of(RunRecord run) {
    if (run.status() == RunStatus.DONE || run.status() == RunStatus.RUNNING) {
      return Optional.empty();
    }
    String id = run.lineage().parentRunId() == null ? run.id() : run.lineage().parentRunId();
    if (run.status() != RunStatus.BUDGET_EXCEEDED) {
      return Optional.of(new NextStep(id, null, null));
    }
    RunBudget budget = run.budget();
    return Optional.of(
        new NextStep(
            id,
            budget.totalTokens() == null ? null : twice(new BigDecimal(budget.totalTokens())),
            budget.totalCostUsd() == null ? null : twice(budget.totalCostUsd())));
  }

  /** Users know better, and have the place to write it. */
  private static BigDecimal twice(BigDecimal budget) {
    return budget.multiply(BigDecimal.valueOf(2));
  }

  /** As it is typed. */
  public String command() {
    return "owf resume "
        + runId
        + (budgetTokens == null ? "" : " --budget-tokens " + budgetTokens.toPlainString())
        + (budgetCostUsd == null ? "" : " --budget-cost-usd " + budgetCostUsd.toPlainString());
  }
}
