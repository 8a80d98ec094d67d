package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.AnswerForm;
import dev.agentworkflows.adapter.http.Dialect;
import dev.agentworkflows.adapter.http.Json;
import dev.agentworkflows.adapter.http.PromptRequest;
import dev.agentworkflows.adapter.http.ProviderRequest;
import dev.agentworkflows.adapter.http.StrictSchema;
import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.spi.Effort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * {@code POST /chat/completions}. What was said before stands in front, as it did the last time:
 * these providers find by themselves what of it they have cached.
 *
 * @param tokenLimit the field that limits the answer's length
 * @param knowsSchemas whether {@code json_schema} is worth a try
 * @param maxEffort the highest that it takes
 */
record ChatCompletions(String tokenLimit, boolean knowsSchemas, Effort maxEffort)
    implements Dialect {

  private static final String PATH = "/chat/completions";

  @Override
  public Map<String, String> keyHeaders(String key) {
    return Map.of("authorization", "Bearer " + key);
  }

  /** JSON mode is for objects alone. */
  @Override
  public List<AnswerForm> forms(JsonNode schema) {
    List<AnswerForm> forms = new ArrayList<>();
    if (knowsSchemas && StrictSchema.of(schema).isPresent()) {
      forms.add(AnswerForm.JSON_SCHEMA);
    }
    if (schema.path("type").asString("").equals("object")) {
      forms.add(AnswerForm.JSON_MODE);
    }
    forms.add(AnswerForm.SCHEMA_IN_WORDS);
    return forms;
  }

  @Override
  public ProviderRequest request(PromptRequest question) {
    ObjectNode body = Json.object().put("model", question.model());
    CallOptions options = question.options();
    ArrayNode messages = body.putArray("messages");
    if (options.system() != null) {
      addMessage(messages, "system", options.system());
    }
    for (Conversation.Turn turn : question.history()) {
      addMessage(messages, "user", turn.prompt());
      addMessage(messages, "assistant", turn.answer());
    }
    messages.addObject().put("role", "user").set("content", content(question));
    if (options.effort() != null) {
      body.put("reasoning_effort", options.effort().atMost(maxEffort).label());
    }
    if (question.maxTokens() != null) {
      body.put(tokenLimit, question.maxTokens());
    }
    switch (question.form()) {
      case JSON_SCHEMA -> body.set("response_format", strict(question.requiredSchema()));
      case JSON_MODE -> body.putObject("response_format").put("type", "json_object");
      default -> {
        // the prompt says all
      }
    }
    return new ProviderRequest(
        PATH, body, answer -> ChatAnswer.of(answer, question.maxTokens()).reply());
  }

  private static void addMessage(ArrayNode messages, String role, String content) {
    messages.addObject().put("role", role).put("content", content);
  }

  /** A text alone where there is nothing else: not every endpoint knows parts. */
  private static JsonNode content(PromptRequest question) {
    if (question.options().files().isEmpty()) {
      return StringNode.valueOf(question.prompt());
    }
    ArrayNode parts = Json.array();
    for (AttachedFile file : question.options().files()) {
      boolean image = file.type().isImage();
      ObjectNode part = parts.addObject().put("type", image ? "image_url" : "file");
      if (image) {
        part.putObject("image_url").put("url", file.dataUrl());
      } else {
        part.putObject("file").put("filename", file.name()).put("file_data", file.dataUrl());
      }
    }
    parts.addObject().put("type", "text").put("text", question.prompt());
    return parts;
  }

  private static ObjectNode strict(JsonNode schema) {
    ObjectNode format = Json.object().put("type", "json_schema");
    format
        .putObject("json_schema")
        .put("name", "answer")
        .put("strict", true)
        .set("schema", StrictSchema.of(schema).orElseThrow());
    return format;
  }
}
