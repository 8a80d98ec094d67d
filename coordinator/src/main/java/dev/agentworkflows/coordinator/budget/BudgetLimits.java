package dev.agentworkflows.coordinator.budget;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What a run tree may spend in all; null for no limit. */
public record BudgetLimits(@Nullable Long totalTokens, @Nullable BigDecimal totalCostUsd) {

  public static final BudgetLimits NONE = new BudgetLimits(null, null);

  boolean exist() {
    return totalTokens != null || totalCostUsd != null;
  }

  boolean allow(Spending spending) {
    return (totalTokens == null || spending.tokens() <= totalTokens)
        && (totalCostUsd == null || spending.costUsd().compareTo(totalCostUsd) <= 0);
  }

  /** Whether anything at all is left after {@code spending}. */
  boolean leaveRoomAfter(Spending spending) {
    return (totalTokens == null || spending.tokens() < totalTokens)
        && (totalCostUsd == null || spending.costUsd().compareTo(totalCostUsd) < 0);
  }
}
