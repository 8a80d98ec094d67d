package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.budget.CallTook;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What attempts took.
 *
 * @param costUsd null when nobody knows
 */
record Bill(Usage usage, @Nullable BigDecimal costUsd) {

  static final Bill NONE = new Bill(Usage.UNKNOWN, null);

  Bill plus(Bill more) {
    return new Bill(
        usage.plus(more.usage),
        costUsd == null
            ? more.costUsd
            : more.costUsd == null ? costUsd : costUsd.add(more.costUsd));
  }

  Spending spending() {
    return new Spending(usage.billedTokens(), cost());
  }

  CallTook took() {
    return new CallTook(orZero(usage.inputTokens()), orZero(usage.outputTokens()), cost());
  }

  private BigDecimal cost() {
    return costUsd == null ? BigDecimal.ZERO : costUsd;
  }

  private static long orZero(@Nullable Long tokens) {
    return tokens == null ? 0 : tokens;
  }
}
