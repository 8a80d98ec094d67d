package dev.agentworkflows.adapter.anthropic;

import dev.agentworkflows.adapter.http.Fields;
import dev.agentworkflows.spi.Usage;
import tools.jackson.databind.JsonNode;

/** The {@code usage} of a message. */
final class MessageUsage {

  private MessageUsage() {}

  /**
   * Anthropic counts what came from the prompt cache, and went into it, beside the input. Without a
   * count of the input nobody knows how much that was.
   */
  static Usage of(JsonNode usage) {
    JsonNode input = usage.path("input_tokens");
    JsonNode read = usage.path("cache_read_input_tokens");
    JsonNode written = usage.path("cache_creation_input_tokens");
    return new Usage(
        Fields.first(input) == null ? null : Fields.sum(input, read, written),
        Fields.first(usage.path("output_tokens")),
        Fields.first(read),
        Fields.first(written));
  }
}
