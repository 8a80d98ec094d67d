package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.Failures;
import dev.agentworkflows.adapter.http.Fields;
import dev.agentworkflows.adapter.http.StopReason;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A chat completion.
 *
 * @param maxTokens what the answer was limited to; null for the model's own limit
 */
record ChatAnswer(JsonNode json, JsonNode choice, ChatUsage billed, @Nullable Integer maxTokens) {

  static ChatAnswer of(JsonNode json, @Nullable Integer maxTokens) {
    return new ChatAnswer(
        json, json.path("choices").path(0), ChatUsage.of(json.path("usage")), maxTokens);
  }

  private Usage usage() {
    return billed.usage();
  }

  /** What was written is billed, also where it is no answer. */
  AgentReply reply() throws AdapterException {
    try {
      return wholeReply();
    } catch (AdapterException e) {
      boolean worked = !choice.isMissingNode() || !usage().equals(Usage.UNKNOWN);
      throw worked ? e.billed(usage(), billed.costUsd()) : e;
    }
  }

  private AgentReply wholeReply() throws AdapterException {
    JsonNode message = choice.path("message");
    Failures.failOnError(json, message.isObject(), usage());
    Failures.failOnError(choice, true, usage());
    if (!message.isObject()) {
      throw Failures.empty("it has no choices", usage());
    }
    String refusal = Fields.text(message.path("refusal"));
    if (refusal != null) {
      throw Failures.refused(refusal, usage());
    }
    // Some small servers know no such field; null, where it is, means that the model goes on.
    if (choice.has("finish_reason")) {
      StopReason.requireWhole(
          "finish_reason", Fields.text(choice.path("finish_reason")), null, maxTokens, usage());
    }
    return new AgentReply(
        text(message.path("content")), Fields.text(json.path("model")), usage(), billed.costUsd());
  }

  /** A text, or a list of parts of which some are text and others reasoning. */
  private String text(JsonNode content) throws AdapterException {
    StringBuilder text = new StringBuilder(content.asString(""));
    StringBuilder refusal = new StringBuilder();
    if (content.isArray()) {
      for (JsonNode part : content) {
        String type = part.path("type").asString("text");
        if (type.equals("text") || type.equals("output_text")) {
          text.append(part.isString() ? part.stringValue() : part.path("text").asString(""));
        }
        refusal.append(part.path("refusal").asString(""));
      }
    }
    if (!refusal.isEmpty()) {
      throw Failures.refused(refusal.toString(), usage());
    }
    return Failures.requireText(text.toString(), "its message has no text", usage());
  }
}
