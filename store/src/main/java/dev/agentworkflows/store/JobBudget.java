package dev.agentworkflows.store;

import java.math.BigDecimal;

/**
 * What a run's budget has from its job: the attempts that the run resumes.
 *
 * @param allowUnpriced whether models without a price may be asked under a budget of money
 * @param spentEarlierTokens what the job had spent when the run began; a child's is 0
 */
public record JobBudget(
    boolean allowUnpriced, long spentEarlierTokens, BigDecimal spentEarlierCostUsd) {

  /** A run that resumes nothing. */
  public static final JobBudget NEW = new JobBudget(false, 0, BigDecimal.ZERO);
}
