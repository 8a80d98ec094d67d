package dev.agentworkflows.spi;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of one attempt; null where the provider does not say, and where what it says can't be
 * true: a negative count, or one above a million millions.
 *
 * @param inputTokens all tokens read, cached ones included
 * @param outputTokens all tokens written, reasoning included
 * @param cacheReadTokens the part of the input that came from the provider's own prompt cache
 * @param cacheWriteTokens the part of the input that went into it
 * @param totalTokens input and output together, where the provider does not say both apart; since
 *     level 3
 */
public record Usage(
    @Nullable Long inputTokens,
    @Nullable Long outputTokens,
    @Nullable Long cacheReadTokens,
    @Nullable Long cacheWriteTokens,
    @Nullable Long totalTokens) {

  public Usage {
    inputTokens = ReportedNumbers.tokens(inputTokens);
    outputTokens = ReportedNumbers.tokens(outputTokens);
    cacheReadTokens = ReportedNumbers.tokens(cacheReadTokens);
    cacheWriteTokens = ReportedNumbers.tokens(cacheWriteTokens);
    totalTokens = ReportedNumbers.tokens(totalTokens);
  }

  /** The provider said nothing. */
  public static final Usage UNKNOWN = new Usage(null, null, null, null);

  /** Usage without a total of its own. */
  public Usage(
      @Nullable Long inputTokens,
      @Nullable Long outputTokens,
      @Nullable Long cacheReadTokens,
      @Nullable Long cacheWriteTokens) {
    this(inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, null);
  }

  /** Input and output counted by the provider, and no prompt cache in play. */
  public static Usage of(long inputTokens, long outputTokens) {
    return new Usage(inputTokens, outputTokens, null, null);
  }

  /** What counts against a token budget: input and output, or the total where it is larger. */
  public long billedTokens() {
    return Math.max(orZero(inputTokens) + orZero(outputTokens), orZero(totalTokens));
  }

  /** The sum of two attempts; unknown plus known is known. */
  public Usage plus(Usage other) {
    return new Usage(
        ReportedNumbers.sum(inputTokens, other.inputTokens),
        ReportedNumbers.sum(outputTokens, other.outputTokens),
        ReportedNumbers.sum(cacheReadTokens, other.cacheReadTokens),
        ReportedNumbers.sum(cacheWriteTokens, other.cacheWriteTokens),
        totalTokens == null && other.totalTokens == null
            ? null
            : Long.valueOf(billedTokens() + other.billedTokens()));
  }

  private static long orZero(@Nullable Long tokens) {
    return tokens == null ? 0 : tokens;
  }
}
