package dev.agentworkflows.adapter.anthropic;

import dev.agentworkflows.adapter.http.Failures;
import dev.agentworkflows.adapter.http.Fields;
import dev.agentworkflows.adapter.http.Json;
import dev.agentworkflows.adapter.http.StopReason;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A message of the model's.
 *
 * @param maxTokens what the answer was limited to
 */
record MessageAnswer(JsonNode json, Usage usage, @Nullable Integer maxTokens) {

  static MessageAnswer of(JsonNode json, @Nullable Integer maxTokens) {
    return new MessageAnswer(json, MessageUsage.of(json.path("usage")), maxTokens);
  }

  /**
   * @param tool whose input is the answer; null when its text is
   */
  AgentReply reply(@Nullable AnswerTool tool) throws AdapterException {
    try {
      return wholeReply(tool);
    } catch (AdapterException e) {
      // What was written is billed, also where it is no answer.
      boolean worked = json.has("content") || !usage.equals(Usage.UNKNOWN);
      throw worked ? e.billed(usage, null) : e;
    }
  }

  private AgentReply wholeReply(@Nullable AnswerTool tool) throws AdapterException {
    Failures.failOnError(json, json.path("content").isArray(), usage);
    if (!json.path("content").isArray()) {
      throw Failures.empty("it has no content", usage);
    }
    Optional<String> answer = tool == null ? Optional.empty() : toolInput(tool);
    String reason = Fields.text(json.path("stop_reason"));
    boolean whole = answer.isPresent() && "tool_use".equals(reason);
    if (!whole) {
      StopReason.requireWhole("stop_reason", reason, explanation(), maxTokens, usage);
    }
    // A model that answers in text all the same is read: the coordinator looks for JSON in it.
    String text = answer.isPresent() ? answer.get() : text();
    return new AgentReply(text, Fields.text(json.path("model")), usage, null);
  }

  private @Nullable String explanation() {
    return Fields.text(json.path("stop_details").path("explanation"));
  }

  /** Without what the model thought, searched or called on its way. */
  private String text() throws AdapterException {
    StringBuilder text = new StringBuilder();
    for (JsonNode block : json.path("content")) {
      if (block.path("type").asString("").equals("text")) {
        text.append(block.path("text").asString(""));
      }
    }
    return Failures.requireText(text.toString(), "it has no text", usage);
  }

  private Optional<String> toolInput(AnswerTool tool) {
    for (JsonNode block : json.path("content")) {
      Optional<JsonNode> answer = tool.answer(block);
      if (answer.isPresent()) {
        return Optional.of(Json.write(answer.get()));
      }
    }
    return Optional.empty();
  }
}
