package dev.agentworkflows.adapter.fake;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** The number nearest to zero within bounds. */
final class SmallestNumber {

  /** A bound such as 1e999999999 is not calculated with: its digits would fill the memory. */
  private static final int MAX_DIGITS = 1_000;

  private final boolean integer;
  private final @Nullable BigDecimal multipleOf;
  private final @Nullable BigDecimal low;
  private final boolean lowIsOut;
  private final @Nullable BigDecimal high;
  private final boolean highIsOut;

  SmallestNumber(MergedKeywords keywords, boolean integer) {
    this.integer = integer;
    this.multipleOf = keywords.largest("multipleOf");
    BigDecimal minimum = keywords.largest("minimum");
    BigDecimal above = keywords.largest("exclusiveMinimum");
    this.lowIsOut = above != null && (minimum == null || above.compareTo(minimum) >= 0);
    this.low = lowIsOut ? above : minimum;
    BigDecimal maximum = keywords.smallest("maximum");
    BigDecimal below = keywords.smallest("exclusiveMaximum");
    this.highIsOut = below != null && (maximum == null || below.compareTo(maximum) <= 0);
    this.high = highIsOut ? below : maximum;
  }

  /** The number, or the n-th after it (before it, when all are negative); null for none. */
  @Nullable BigDecimal find(int n) {
    if (tooLong(low) || tooLong(high) || tooLong(multipleOf)) {
      return low == null ? high : low;
    }
    BigDecimal step = step();
    BigDecimal steps = step.multiply(BigDecimal.valueOf(n));
    BigDecimal number;
    if (fits(BigDecimal.ZERO)) {
      number = fits(steps) ? steps : steps.negate();
    } else if (low != null && low.signum() >= 0) {
      number = stepFrom(low, step, RoundingMode.CEILING, lowIsOut).add(steps);
    } else if (high != null) {
      number = stepFrom(high, step.negate(), RoundingMode.CEILING, highIsOut).subtract(steps);
    } else {
      return null;
    }
    if (fits(number)) {
      return number;
    }
    return integer || multipleOf != null ? null : between(n);
  }

  private BigDecimal step() {
    if (multipleOf == null) {
      return BigDecimal.ONE;
    }
    BigDecimal step = multipleOf.stripTrailingZeros();
    // The whole numbers among the multiples; not all of them, but enough.
    return integer && step.scale() > 0 ? step.movePointRight(step.scale()) : step;
  }

  private static BigDecimal stepFrom(
      BigDecimal bound, BigDecimal step, RoundingMode rounding, boolean boundIsOut) {
    BigDecimal number = bound.divide(step, 0, rounding).multiply(step);
    return boundIsOut && number.compareTo(bound) == 0 ? number.add(step) : number;
  }

  /** A fraction, for bounds that have no whole number between them. */
  private @Nullable BigDecimal between(int n) {
    if (low == null || high == null) {
      return null;
    }
    BigDecimal part =
        high.subtract(low).divide(BigDecimal.valueOf(n + 2L), 20, RoundingMode.HALF_EVEN);
    BigDecimal number =
        lowIsOut
            ? low.add(part.multiply(BigDecimal.valueOf(n + 1L)))
            : low.add(part.multiply(BigDecimal.valueOf(n)));
    return fits(number) ? number.stripTrailingZeros() : null;
  }

  private boolean fits(BigDecimal number) {
    return (low == null || number.compareTo(low) >= (lowIsOut ? 1 : 0))
        && (high == null || number.compareTo(high) <= (highIsOut ? -1 : 0));
  }

  private static boolean tooLong(@Nullable BigDecimal number) {
    return number != null && Math.abs((long) number.precision() - number.scale()) > MAX_DIGITS;
  }
}
