package dev.agentworkflows.coordinator.price;

import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a million tokens cost, in US dollars.
 *
 * @param input tokens that came from no cache and went into none
 * @param cachedInput tokens that came from the provider's prompt cache
 * @param cacheWrite tokens that went into it
 */
public record Price(
    BigDecimal input, BigDecimal output, BigDecimal cachedInput, BigDecimal cacheWrite) {

  /** Money is kept to the billionth of a dollar everywhere. */
  private static final int SCALE = 9;

  /**
   * What tokens cost: computed exactly, then rounded half up to the billionth of a dollar. Empty
   * when nobody counted them and they are not free.
   */
  public Optional<BigDecimal> cost(Usage usage) {
    if (usage.inputTokens() == null && usage.outputTokens() == null && !isFree()) {
      return Optional.empty();
    }
    long read = orZero(usage.cacheReadTokens());
    long written = orZero(usage.cacheWriteTokens());
    // Cached tokens are part of the input; a provider that counts them beside it can't make it
    // cheaper than nothing.
    long plain = Math.max(0, orZero(usage.inputTokens()) - read - written);
    BigDecimal millionths =
        times(plain, input)
            .add(times(read, cachedInput))
            .add(times(written, cacheWrite))
            .add(times(orZero(usage.outputTokens()), output));
    BigDecimal cost =
        millionths.movePointLeft(6).setScale(SCALE, RoundingMode.HALF_UP).stripTrailingZeros();
    return Optional.of(cost.scale() < 0 ? cost.setScale(0) : cost);
  }

  /** What a million tokens of input cost at most, cached or not. */
  public BigDecimal dearestInput() {
    return input.max(cachedInput).max(cacheWrite);
  }

  private boolean isFree() {
    return Stream.of(input, output, cachedInput, cacheWrite).allMatch(each -> each.signum() == 0);
  }

  private static BigDecimal times(long tokens, BigDecimal each) {
    return each.multiply(BigDecimal.valueOf(tokens));
  }

  private static long orZero(@Nullable Long tokens) {
    return tokens == null ? 0 : tokens;
  }
}
