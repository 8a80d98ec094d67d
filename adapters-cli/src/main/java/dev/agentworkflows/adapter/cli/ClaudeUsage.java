package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What {@code claude} says that it took, of a turn and at its end. */
final class ClaudeUsage {

  private ClaudeUsage() {}

  /**
   * Of the whole start. The result's own {@code usage} is that of the conversation alone; what its
   * subagents and helper models took stands in {@code modelUsage} besides, by model.
   */
  static Usage ofResult(JsonNode result) {
    Usage own = of(result.path("usage"));
    Usage all = Usage.UNKNOWN;
    for (JsonNode model : result.path("modelUsage")) {
      all =
          all.plus(
              usage(
                  model,
                  "inputTokens",
                  "outputTokens",
                  "cacheReadInputTokens",
                  "cacheCreationInputTokens"));
    }
    return all.billedTokens() > own.billedTokens() ? all : own;
  }

  /** In the API's own words: of one turn, or of all turns of the conversation. */
  static Usage of(JsonNode usage) {
    return usage(
        usage,
        "input_tokens",
        "output_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens");
  }

  /** The vendor counts what came from its cache, and what went there, apart from the input. */
  private static Usage usage(
      JsonNode usage, String input, String output, String read, String written) {
    Long plain = Tokens.count(usage.path(input));
    Long cacheRead = Tokens.count(usage.path(read));
    Long cacheWrite = Tokens.count(usage.path(written));
    return new Usage(
        plain == null ? null : Long.valueOf(plain + orZero(cacheRead) + orZero(cacheWrite)),
        Tokens.count(usage.path(output)),
        cacheRead,
        cacheWrite);
  }

  private static long orZero(@Nullable Long tokens) {
    return tokens == null ? 0 : tokens;
  }
}
