package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.RunRecord;
import java.math.BigDecimal;
import java.util.Optional;

/** What a run spent, beside its budget, which is its job's. */
public final class SpentText {

  private SpentText() {}

  /** Of a resume also what the job spent: the budget covers the attempts that it resumes. */
  public static String of(RunRecord run) {
    if (!goesOn(run)) {
      return withLimits(run, run.budgetSpentTokens(), run.budgetSpentCostUsd());
    }
    return Figures.count(run.budgetSpentTokens(), "token")
        + ", "
        + Figures.cost(run.budgetSpentCostUsd())
        + "; with earlier attempts "
        + withLimits(run, run.jobSpentTokens(), run.jobSpentCostUsd());
  }

  /** {@code 430 tokens with earlier attempts}; empty where there are none. */
  public static Optional<String> ofTheJob(RunRecord run) {
    return goesOn(run)
        ? Optional.of(Figures.count(run.jobSpentTokens(), "token") + " with earlier attempts")
        : Optional.empty();
  }

  /** Whether earlier attempts of its job spent anything. */
  private static boolean goesOn(RunRecord run) {
    return run.job().spentEarlierTokens() != 0 || run.job().spentEarlierCostUsd().signum() != 0;
  }

  private static String withLimits(RunRecord run, long spentTokens, BigDecimal spentUsd) {
    String tokens = Figures.count(spentTokens, "token");
    String cost = Figures.cost(spentUsd);
    return (run.budgetTotalTokens() == null
            ? tokens
            : tokens + " of " + Figures.number(run.budgetTotalTokens()))
        + ", "
        + (run.budgetTotalCostUsd() == null
            ? cost
            : cost + " of " + Figures.cost(run.budgetTotalCostUsd()));
  }
}
