package dev.agentworkflows.spi;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that a provider reports. One that can't be true (negative, or beyond what any call takes)
 * counts as unknown: it must cost neither the answer that it came with nor the sums that it would
 * go into.
 */
final class ReportedNumbers {

  /** Of one call, and of the sum of its attempts. */
  private static final long MAX_TOKENS = 1_000_000_000_000L;

  private static final BigDecimal MAX_USD = BigDecimal.valueOf(100_000);

  /** Finer than any price. */
  private static final int MAX_DECIMALS = 15;

  /** A decimal exponent beyond this is no amount of money, whatever its sign. */
  private static final long MAX_EXPONENT = 100;

  private ReportedNumbers() {}

  static @Nullable Long tokens(@Nullable Long reported) {
    return reported == null || reported < 0 || reported > MAX_TOKENS ? null : reported;
  }

  static @Nullable Long sum(@Nullable Long a, @Nullable Long b) {
    return a == null ? b : b == null ? a : Long.valueOf(Math.min(MAX_TOKENS, a + b));
  }

  /** The exponent is looked at first: arithmetic with a huge one would take all of the memory. */
  static @Nullable BigDecimal usd(@Nullable BigDecimal reported) {
    if (reported == null
        || Math.abs((long) reported.scale()) > MAX_EXPONENT
        || reported.signum() < 0
        || reported.compareTo(MAX_USD) > 0) {
      return null;
    }
    return reported.scale() > MAX_DECIMALS
        ? reported.setScale(MAX_DECIMALS, RoundingMode.HALF_UP)
        : reported;
  }
}
