package dev.agentworkflows.spi;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of one attempt; null where the provider does not say.
 *
 * @param inputTokens all tokens read, cached ones included
 * @param outputTokens all tokens written, reasoning included
 * @param cacheReadTokens the part of the input that came from the provider's own prompt cache
 * @param cacheWriteTokens the part of the input that went into it
 */
public record Usage(
    @Nullable Long inputTokens,
    @Nullable Long outputTokens,
    @Nullable Long cacheReadTokens,
    @Nullable Long cacheWriteTokens) {

  /** The provider said nothing. */
  public static final Usage UNKNOWN = new Usage(null, null, null, null);

  /** Input and output counted by the provider, and no prompt cache in play. */
  public static Usage of(long inputTokens, long outputTokens) {
    return new Usage(inputTokens, outputTokens, null, null);
  }

  /** What counts against a token budget: input and output. */
  public long billedTokens() {
    return orZero(inputTokens) + orZero(outputTokens);
  }

  /** The sum of two attempts; unknown plus known is known. */
  public Usage plus(Usage other) {
    return new Usage(
        sum(inputTokens, other.inputTokens),
        sum(outputTokens, other.outputTokens),
        sum(cacheReadTokens, other.cacheReadTokens),
        sum(cacheWriteTokens, other.cacheWriteTokens));
  }

  private static @Nullable Long sum(@Nullable Long a, @Nullable Long b) {
    return a == null ? b : b == null ? a : Long.valueOf(a + b);
  }

  private static long orZero(@Nullable Long tokens) {
    return tokens == null ? 0 : tokens;
  }
}
