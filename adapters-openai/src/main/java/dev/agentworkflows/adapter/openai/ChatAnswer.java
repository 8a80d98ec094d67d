package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.Failures;
import dev.agentworkflows.adapter.http.Fields;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A chat completion.
 *
 * @param maxTokens what the answer was limited to; null for the model's own limit
 */
record ChatAnswer(JsonNode json, JsonNode choice, Usage usage, @Nullable Integer maxTokens) {

  static ChatAnswer of(JsonNode json, @Nullable Integer maxTokens) {
    return new ChatAnswer(json, json.path("choices").path(0), usage(json.path("usage")), maxTokens);
  }

  AgentReply reply() throws AdapterException {
    failOnError(json.path("error"));
    failOnError(choice.path("error"));
    if (choice.isMissingNode()) {
      throw Failures.empty("it has no choices", usage);
    }
    JsonNode message = choice.path("message");
    String refusal = Fields.text(message.path("refusal"));
    if (refusal != null) {
      throw Failures.refused(refusal, usage);
    }
    switch (choice.path("finish_reason").asString("")) {
      case "length" -> throw Failures.cut("finish_reason length", maxTokens, usage);
      case "content_filter" ->
          throw Failures.refused("the provider's content filter stopped the answer", usage);
      default -> {
        // a whole answer, by whatever name
      }
    }
    return new AgentReply(
        text(message.path("content")), Fields.text(json.path("model")), usage, cost());
  }

  /** Routers such as OpenRouter tell their upstream's errors with status 200. */
  private void failOnError(JsonNode error) throws AdapterException {
    if (error.isObject()) {
      String message = Fields.text(error.path("message"));
      int status = error.path("code").asInt(0);
      throw Failures.error(status, message == null ? "no message" : message, usage);
    }
  }

  /** A text, or a list of parts of which some are text. */
  private String text(JsonNode content) throws AdapterException {
    if (content.isString()) {
      return content.stringValue();
    }
    StringBuilder text = new StringBuilder();
    StringBuilder refusal = new StringBuilder();
    boolean found = false;
    for (JsonNode part : content) {
      found |= part.isString() || part.path("text").isString();
      text.append(part.isString() ? part.stringValue() : part.path("text").asString(""));
      refusal.append(part.path("refusal").asString(""));
    }
    if (!refusal.isEmpty()) {
      throw Failures.refused(refusal.toString(), usage);
    }
    if (!found) {
      throw Failures.empty("its message has no text", usage);
    }
    return text.toString();
  }

  /** DeepSeek counts cached tokens under a name of its own. */
  private static Usage usage(JsonNode usage) {
    JsonNode details = usage.path("prompt_tokens_details");
    return new Usage(
        Fields.first(usage.path("prompt_tokens")),
        Fields.first(usage.path("completion_tokens")),
        Fields.first(details.path("cached_tokens"), usage.path("prompt_cache_hit_tokens")),
        Fields.first(details.path("cache_write_tokens")));
  }

  /** OpenRouter says what a call cost; OpenAI does not. */
  private @Nullable BigDecimal cost() {
    JsonNode cost = json.path("usage").path("cost");
    return cost.isNumber() && cost.decimalValue().signum() >= 0 ? cost.decimalValue() : null;
  }
}
