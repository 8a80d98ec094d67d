package dev.agentworkflows.store;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a run may spend, and what it spent.
 *
 * @param totalTokens null without a limit
 * @param spentTokens what this run and its children spent; a child's spending is also its own
 * @param totalCostUsd null without a limit
 * @param job what the attempts that it resumes left to its budget
 */
public record RunBudget(
    @Nullable Long totalTokens,
    long spentTokens,
    @Nullable BigDecimal totalCostUsd,
    BigDecimal spentCostUsd,
    JobBudget job) {

  /** What counts against the budget: also what the attempts that are resumed had spent. */
  public long jobSpentTokens() {
    return job.spentEarlierTokens() + spentTokens;
  }

  public BigDecimal jobSpentCostUsd() {
    return job.spentEarlierCostUsd().add(spentCostUsd);
  }
}
