package dev.agentworkflows.adapter.gemini;

import dev.agentworkflows.adapter.http.Fields;
import dev.agentworkflows.spi.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The {@code usageMetadata} of a response. */
final class ContentUsage {

  private ContentUsage() {}

  /**
   * Gemini counts thoughts, which are billed as output, beside the answer, and leaves counts of
   * nothing out: a response that was all thoughts has no {@code candidatesTokenCount}.
   */
  static Usage of(JsonNode usage) {
    Long input = Fields.sum(usage.path("promptTokenCount"), usage.path("toolUsePromptTokenCount"));
    Long output = Fields.sum(usage.path("candidatesTokenCount"), usage.path("thoughtsTokenCount"));
    Long total = Fields.first(usage.path("totalTokenCount"));
    return new Usage(
        input,
        output == null ? null : largest(output, input, total),
        Fields.first(usage.path("cachedContentTokenCount")),
        null,
        input == null || output == null ? total : null);
  }

  /** What the total has beyond the parts is counted as the dearer one. */
  private static Long largest(Long output, @Nullable Long input, @Nullable Long total) {
    return input == null || total == null ? output : Long.valueOf(Math.max(output, total - input));
  }
}
