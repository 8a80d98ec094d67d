package dev.agentworkflows.coordinator.budget;

import java.math.BigDecimal;

/** Tokens and US dollars, spent or to be spent. */
public record Spending(long tokens, BigDecimal costUsd) {

  public static final Spending NONE = new Spending(0, BigDecimal.ZERO);

  public Spending plus(Spending other) {
    return new Spending(tokens + other.tokens, costUsd.add(other.costUsd));
  }

  Spending minus(Spending other) {
    return new Spending(tokens - other.tokens, costUsd.subtract(other.costUsd));
  }

  Spending max(Spending other) {
    return new Spending(Math.max(tokens, other.tokens), costUsd.max(other.costUsd));
  }
}
