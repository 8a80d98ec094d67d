package dev.agentworkflows.coordinator.budget;

import java.math.BigDecimal;

/** Tokens and US dollars, spent or to be spent. */
public record Spending(long tokens, BigDecimal costUsd) {

  public static final Spending NONE = new Spending(0, BigDecimal.ZERO);

  public Spending plus(Spending other) {
    return new Spending(sum(tokens, other.tokens), costUsd.add(other.costUsd));
  }

  Spending minus(Spending other) {
    return new Spending(tokens - other.tokens, costUsd.subtract(other.costUsd));
  }

  /** A sum that is too large stays large: as a negative number it would fit any budget. */
  static long sum(long a, long b) {
    long sum = a + b;
    return a > 0 && b > 0 && sum < 0 ? Long.MAX_VALUE : sum;
  }
}
