package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.adapter.cli.Tokens;
import dev.agentworkflows.spi.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a turn took, as far as its answer says: the protocol does not ask for it yet. */
final class TurnUsage {

  private TurnUsage() {}

  /**
   * Of the protocol's draft, else of Gemini CLI; unknown when it says nothing, or nothing but 0.
   */
  static Usage of(JsonNode answer) {
    JsonNode draft = answer.path("usage");
    Usage usage = draft.isObject() ? ofDraft(draft) : ofQuota(answer.path("_meta").path("quota"));
    return usage.billedTokens() == 0 ? Usage.UNKNOWN : usage;
  }

  /** Each kind of tokens stands apart there; a total that says otherwise is believed. */
  private static Usage ofDraft(JsonNode usage) {
    Long input = Tokens.count(usage.path("inputTokens"));
    Long output = plus(Tokens.count(usage.path("outputTokens")), usage.path("thoughtTokens"));
    Long read = Tokens.count(usage.path("cachedReadTokens"));
    Long written = Tokens.count(usage.path("cachedWriteTokens"));
    Long total = Tokens.count(usage.path("totalTokens"));
    if (input != null && total != null && output != null) {
      input = Math.max(input, total - output);
    } else {
      input = plus(plus(input, usage.path("cachedReadTokens")), usage.path("cachedWriteTokens"));
    }
    return new Usage(input, output, read, written, total);
  }

  private static Usage ofQuota(JsonNode quota) {
    JsonNode count = quota.path("token_count");
    return new Usage(
        Tokens.count(count.path("input_tokens")),
        Tokens.count(count.path("output_tokens")),
        null,
        null);
  }

  private static @Nullable Long plus(@Nullable Long tokens, JsonNode more) {
    Long added = Tokens.count(more);
    return tokens == null || added == null ? tokens : Long.valueOf(tokens + added);
  }
}
