package dev.agentworkflows.coordinator.budget;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a job may spend in all: a run, its children, and the attempts that it resumes; null for no
 * limit.
 *
 * @param allowUnpriced whether calls may go out under a limit of money though nobody knows what
 *     they cost
 */
public record BudgetLimits(
    @Nullable Long totalTokens, @Nullable BigDecimal totalCostUsd, boolean allowUnpriced) {

  public static final BudgetLimits NONE = new BudgetLimits(null, null);

  public BudgetLimits(@Nullable Long totalTokens, @Nullable BigDecimal totalCostUsd) {
    this(totalTokens, totalCostUsd, false);
  }

  /** Whether there is one. */
  public boolean exist() {
    return totalTokens != null || totalCostUsd != null;
  }

  boolean allow(Spending spending) {
    return (totalTokens == null || spending.tokens() <= totalTokens)
        && (totalCostUsd == null || spending.costUsd().compareTo(totalCostUsd) <= 0);
  }

  /** Whether anything at all is left after {@code spending}. */
  boolean allowMoreAfter(Spending spending) {
    return (totalTokens == null || spending.tokens() < totalTokens)
        && (totalCostUsd == null || spending.costUsd().compareTo(totalCostUsd) < 0);
  }
}
