package dev.agentworkflows.adapter.anthropic;

import dev.agentworkflows.adapter.http.Failures;
import dev.agentworkflows.adapter.http.Fields;
import dev.agentworkflows.adapter.http.Json;
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
    return new MessageAnswer(json, usage(json.path("usage")), maxTokens);
  }

  /**
   * @param tool whose input is the answer; null when its text is
   */
  AgentReply reply(@Nullable AnswerTool tool) throws AdapterException {
    failOnError();
    failUnlessWhole();
    return new AgentReply(
        tool == null ? text() : toolInput(tool), Fields.text(json.path("model")), usage, null);
  }

  private void failOnError() throws AdapterException {
    JsonNode error = json.path("error");
    if (error.isObject()) {
      String message = Fields.text(error.path("message"));
      throw Failures.error(0, message == null ? "no message" : message, usage);
    }
  }

  private void failUnlessWhole() throws AdapterException {
    String reason = json.path("stop_reason").asString("");
    switch (reason) {
      case "max_tokens" -> throw Failures.cut("stop_reason max_tokens", maxTokens, usage);
      case "model_context_window_exceeded" ->
          throw Failures.cut("stop_reason " + reason, null, usage);
      case "refusal" ->
          throw Failures.refused(Fields.text(json.path("stop_details").path("explanation")), usage);
      case "pause_turn" -> throw Failures.empty("the model paused (stop_reason pause_turn)", usage);
      default -> {
        // end_turn, tool_use, stop_sequence: a whole answer
      }
    }
  }

  private String text() throws AdapterException {
    StringBuilder text = new StringBuilder();
    boolean found = false;
    for (JsonNode block : json.path("content")) {
      if (block.path("type").asString("").equals("text")) {
        text.append(block.path("text").asString(""));
        found = true;
      }
    }
    if (!found) {
      throw Failures.empty("it has no text", usage);
    }
    return text.toString();
  }

  /** A model that answers in text all the same is read: the coordinator looks for JSON in it. */
  private String toolInput(AnswerTool tool) throws AdapterException {
    for (JsonNode block : json.path("content")) {
      Optional<JsonNode> answer = tool.answer(block);
      if (answer.isPresent()) {
        return Json.write(answer.get());
      }
    }
    return text();
  }

  /** Anthropic counts what came from the prompt cache, and went into it, beside the input. */
  private static Usage usage(JsonNode usage) {
    JsonNode read = usage.path("cache_read_input_tokens");
    JsonNode written = usage.path("cache_creation_input_tokens");
    return new Usage(
        Fields.sum(usage.path("input_tokens"), read, written),
        Fields.first(usage.path("output_tokens")),
        Fields.first(read),
        Fields.first(written));
  }
}
