package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.Fields;
import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The {@code usage} of a chat completion, as OpenAI and the servers that speak its language write
 * it.
 */
record ChatUsage(Usage usage, @Nullable BigDecimal costUsd) {

  static ChatUsage of(JsonNode usage) {
    Long input = Fields.first(usage.path("prompt_tokens"), usage.path("input_tokens"));
    Long output = Fields.first(usage.path("completion_tokens"), usage.path("output_tokens"));
    Long total = Fields.first(usage.path("total_tokens"));
    JsonNode cached = usage.path("prompt_tokens_details");
    return new ChatUsage(
        new Usage(
            input,
            output == null ? null : withReasoning(usage, input, output, total),
            // DeepSeek, Moonshot and LiteLLM count cached tokens under names of their own.
            Fields.first(
                cached.path("cached_tokens"),
                usage.path("input_tokens_details").path("cached_tokens"),
                usage.path("prompt_cache_hit_tokens"),
                usage.path("cached_tokens"),
                usage.path("cache_read_input_tokens")),
            Fields.first(
                cached.path("cache_write_tokens"), usage.path("cache_creation_input_tokens")),
            input == null || output == null ? total : null),
        // OpenRouter says what a call cost; OpenAI does not.
        Fields.number(usage.path("cost")));
  }

  /**
   * OpenAI counts reasoning within the completion, some servers (xAI's) beside it: then the total
   * is larger than its parts, or there is more reasoning than completion.
   */
  private static Long withReasoning(
      JsonNode usage, @Nullable Long input, Long output, @Nullable Long total) {
    if (input != null && total != null) {
      return Math.max(output, total - input);
    }
    Long reasoning =
        Fields.first(
            usage.path("completion_tokens_details").path("reasoning_tokens"),
            usage.path("reasoning_tokens"));
    return reasoning != null && reasoning > output ? Long.valueOf(output + reasoning) : output;
  }
}
