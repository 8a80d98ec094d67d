package dev.agentworkflows.adapter.gemini;

import dev.agentworkflows.adapter.http.Failures;
import dev.agentworkflows.adapter.http.Fields;
import dev.agentworkflows.adapter.http.StopReason;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A GenerateContentResponse.
 *
 * @param maxTokens what the answer was limited to; null for the model's own limit
 */
record ContentAnswer(JsonNode json, JsonNode candidate, Usage usage, @Nullable Integer maxTokens) {

  static ContentAnswer of(JsonNode json, @Nullable Integer maxTokens) {
    return new ContentAnswer(
        json,
        json.path("candidates").path(0),
        ContentUsage.of(json.path("usageMetadata")),
        maxTokens);
  }

  /** What was read and written is billed, also where it is no answer. */
  AgentReply reply() throws AdapterException {
    try {
      return wholeReply();
    } catch (AdapterException e) {
      boolean worked = !candidate.isMissingNode() || !usage.equals(Usage.UNKNOWN);
      throw worked ? e.billed(usage, null) : e;
    }
  }

  private AgentReply wholeReply() throws AdapterException {
    String blocked = Fields.text(json.path("promptFeedback").path("blockReason"));
    Failures.failOnError(json, candidate.isObject() || blocked != null, usage);
    if (blocked != null) {
      throw Failures.refused("Gemini blocked the prompt (" + blocked + ")", usage);
    }
    if (!candidate.isObject()) {
      throw Failures.empty("it has no candidates", usage);
    }
    StopReason.requireWhole(
        "finishReason",
        Fields.text(candidate.path("finishReason")),
        Fields.text(candidate.path("finishMessage")),
        maxTokens,
        usage);
    return new AgentReply(text(), Fields.text(json.path("modelVersion")), usage, null);
  }

  /** Without what the model thought on its way. */
  private String text() throws AdapterException {
    StringBuilder text = new StringBuilder();
    for (JsonNode part : candidate.path("content").path("parts")) {
      if (!part.path("thought").asBoolean(false)) {
        text.append(part.path("text").asString(""));
      }
    }
    return Failures.requireText(text.toString(), "its candidate has no text", usage);
  }
}
