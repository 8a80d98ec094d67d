package dev.agentworkflows.adapter.gemini;

import dev.agentworkflows.adapter.http.Failures;
import dev.agentworkflows.adapter.http.Fields;
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
        json, json.path("candidates").path(0), usage(json.path("usageMetadata")), maxTokens);
  }

  AgentReply reply() throws AdapterException {
    String blocked = Fields.text(json.path("promptFeedback").path("blockReason"));
    if (blocked != null) {
      throw Failures.refused("Gemini blocked the prompt (" + blocked + ")", usage);
    }
    if (candidate.isMissingNode()) {
      throw Failures.empty("it has no candidates", usage);
    }
    failUnlessWhole();
    return new AgentReply(text(), Fields.text(json.path("modelVersion")), usage, null);
  }

  private void failUnlessWhole() throws AdapterException {
    String reason = candidate.path("finishReason").asString("STOP");
    switch (reason) {
      case "STOP", "FINISH_REASON_UNSPECIFIED" -> {
        // a whole answer
      }
      case "MAX_TOKENS" -> throw Failures.cut("finishReason MAX_TOKENS", maxTokens, usage);
      case "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII" -> {
        String told = Fields.text(candidate.path("finishMessage"));
        throw Failures.refused("finishReason " + reason + (told == null ? "" : ": " + told), usage);
      }
      default -> throw Failures.empty("the model stopped with finishReason " + reason, usage);
    }
  }

  /** Without what the model thought on its way. */
  private String text() throws AdapterException {
    StringBuilder text = new StringBuilder();
    boolean found = false;
    for (JsonNode part : candidate.path("content").path("parts")) {
      if (part.path("text").isString() && !part.path("thought").asBoolean(false)) {
        text.append(part.path("text").stringValue());
        found = true;
      }
    }
    if (!found) {
      throw Failures.empty("its candidate has no text", usage);
    }
    return text.toString();
  }

  /** Gemini counts thoughts, which are billed as output, beside the answer. */
  private static Usage usage(JsonNode usage) {
    return new Usage(
        Fields.sum(usage.path("promptTokenCount"), usage.path("toolUsePromptTokenCount")),
        Fields.sum(usage.path("candidatesTokenCount"), usage.path("thoughtsTokenCount")),
        Fields.first(usage.path("cachedContentTokenCount")),
        null);
  }
}
