package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.spi.Usage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt took: as its provider counted it, completed by estimates where it did not.
 *
 * @param usage input and output are there
 * @param gap what the provider left out, in words that follow its name; null when nothing was
 */
record CheckedUsage(Usage usage, @Nullable String gap) {

  /** A part of so many is less than what tokenizers differ by. */
  private static final int NEGLIGIBLE = 1_000;

  /**
   * Of an answered attempt. A count of zero for a prompt and an answer that are there is none,
   * unless it is next to nothing beside the other count.
   *
   * @param prompt estimated tokens of the prompt, asked only when needed
   * @param answer the same of the answer
   */
  static CheckedUsage of(Usage reported, LongSupplier prompt, LongSupplier answer) {
    Long input = known(reported.inputTokens(), prompt, reported.outputTokens());
    Long output = known(reported.outputTokens(), answer, reported.inputTokens());
    Long total = known(reported.totalTokens(), prompt, null);
    if (input != null && output != null) {
      long all = total == null ? 0 : total;
      return new CheckedUsage(with(reported, input, Math.max(output, all - input)), null);
    }
    if (input == null && output == null && total == null) {
      return new CheckedUsage(
          with(reported, prompt.getAsLong(), answer.getAsLong()), "does not say what calls take");
    }
    if (total != null) {
      long written =
          input != null
              ? Math.max(0, total - input)
              : output != null ? Math.min(output, total) : Math.min(answer.getAsLong(), total);
      long read = input != null ? input : total - written;
      return new CheckedUsage(
          with(reported, read, written), "says only what calls take in all, input and output");
    }
    return input == null
        ? new CheckedUsage(
            with(reported, prompt.getAsLong(), output == null ? 0 : output),
            "does not say how many tokens calls read")
        : new CheckedUsage(
            with(reported, input, answer.getAsLong()), "does not say how many tokens calls write");
  }

  private static @Nullable Long known(
      @Nullable Long count, LongSupplier estimate, @Nullable Long beside) {
    if (count == null || count > 0) {
      return count;
    }
    long negligible = beside == null ? 0 : beside / NEGLIGIBLE;
    return estimate.getAsLong() > negligible ? null : count;
  }

  private static Usage with(Usage reported, long input, long output) {
    return new Usage(input, output, reported.cacheReadTokens(), reported.cacheWriteTokens());
  }
}
