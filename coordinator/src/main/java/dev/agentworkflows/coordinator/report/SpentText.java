package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.JobBudget;
import dev.agentworkflows.store.RunBudget;
import java.math.BigDecimal;
import java.util.Optional;

/** What a run spent, beside its budget, which is its job's. */
public final class SpentText {

  private SpentText() {}

  /** Of a resume also what the job spent: the budget covers the attempts that it resumes. */
  public static String of(RunBudget budget) {
    if (!goesOn(budget)) {
      return withLimits(budget, budget.spentTokens(), budget.spentCostUsd());
    }
    return Figures.count(budget.spentTokens(), "token")
        + ", "
        + Figures.cost(budget.spentCostUsd())
        + "; with earlier attempts "
        + withLimits(budget, budget.jobSpentTokens(), budget.jobSpentCostUsd());
  }

  /** {@code 430 tokens with earlier attempts}; empty where there are none. */
  public static Optional<String> ofTheJob(RunBudget budget) {
    return goesOn(budget)
        ? Optional.of(Figures.count(budget.jobSpentTokens(), "token") + " with earlier attempts")
        : Optional.empty();
  }

  /** Whether earlier attempts of its job spent anything. */
  private static boolean goesOn(RunBudget budget) {
    JobBudget job = budget.job();
    return job.spentEarlierTokens() != 0 || job.spentEarlierCostUsd().signum() != 0;
  }

  private static String withLimits(RunBudget budget, long spentTokens, BigDecimal spentUsd) {
    String tokens = Figures.count(spentTokens, "token");
    String cost = Figures.cost(spentUsd);
    return (budget.totalTokens() == null
            ? tokens
            : tokens + " of " + Figures.number(budget.totalTokens()))
        + ", "
        + (budget.totalCostUsd() == null
            ? cost
            : cost + " of " + Figures.cost(budget.totalCostUsd()));
  }
}
