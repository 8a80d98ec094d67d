package dev.agentworkflows.adapter.anthropic;

import dev.agentworkflows.adapter.http.AnswerForm;
import dev.agentworkflows.adapter.http.Dialect;
import dev.agentworkflows.adapter.http.Json;
import dev.agentworkflows.adapter.http.PromptRequest;
import dev.agentworkflows.adapter.http.ProviderRequest;
import dev.agentworkflows.adapter.http.StrictSchema;
import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Conversation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * {@code POST /v1/messages}.
 *
 * <p>A schema goes out as the input of a tool that the model must call. Models that always think
 * refuse that (Claude Opus 5.5 and Sonnet 5.5 do); they take the schema as the format of their
 * text.
 */
final class Messages implements Dialect {

  private static final String PATH = "/v1/messages";
  private static final String VERSION = "2023-06-01";

  @Override
  public Map<String, String> keyHeaders(String key) {
    return Map.of("x-api-key", key);
  }

  @Override
  public Map<String, String> headers() {
    return Map.of("anthropic-version", VERSION);
  }

  @Override
  public List<AnswerForm> forms(JsonNode schema) {
    List<AnswerForm> forms = new ArrayList<>();
    if (AnswerTool.of(schema).isPresent()) {
      forms.add(AnswerForm.FORCED_TOOL);
    }
    if (StrictSchema.of(schema).isPresent()) {
      forms.add(AnswerForm.JSON_SCHEMA);
    }
    forms.add(AnswerForm.SCHEMA_IN_WORDS);
    return forms;
  }

  @Override
  public ProviderRequest request(PromptRequest question) {
    ObjectNode body = Json.object().put("model", question.model());
    body.put("max_tokens", question.maxTokens());
    CallOptions options = question.options();
    if (options.system() != null) {
      body.put("system", options.system());
    }
    addMessages(body.putArray("messages"), question);
    if (options.effort() != null) {
      body.withObjectProperty("output_config").put("effort", options.effort().label());
    }
    return switch (question.form()) {
      case FORCED_TOOL -> {
        AnswerTool tool = AnswerTool.of(question.requiredSchema()).orElseThrow();
        tool.addTo(body);
        yield new ProviderRequest(
            PATH, body, answer -> MessageAnswer.of(answer, question.maxTokens()).reply(tool));
      }
      case JSON_SCHEMA -> {
        body.withObjectProperty("output_config")
            .putObject("format")
            .put("type", "json_schema")
            .set("schema", StrictSchema.of(question.requiredSchema()).orElseThrow());
        yield text(body, question);
      }
      default -> text(body, question);
    };
  }

  /**
   * The vendor caches up to where it is told to. The end of what was said before is what all forks
   * have in common, and what the next turn begins with.
   */
  private static void addMessages(ArrayNode messages, PromptRequest question) {
    List<Conversation.Turn> history = question.history();
    for (int i = 0; i < history.size(); i++) {
      messages.addObject().put("role", "user").put("content", history.get(i).prompt());
      ObjectNode answer = messages.addObject().put("role", "assistant");
      if (i < history.size() - 1) {
        answer.put("content", history.get(i).answer());
      } else {
        ObjectNode block = answer.putArray("content").addObject();
        block.put("type", "text").put("text", history.get(i).answer());
        block.putObject("cache_control").put("type", "ephemeral");
      }
    }
    messages.addObject().put("role", "user").set("content", content(question));
  }

  /** Files stand before what is asked about them. */
  private static JsonNode content(PromptRequest question) {
    if (question.options().files().isEmpty()) {
      return StringNode.valueOf(question.prompt());
    }
    ArrayNode blocks = Json.array();
    for (AttachedFile file : question.options().files()) {
      boolean image = file.type().isImage();
      ObjectNode block = blocks.addObject().put("type", image ? "image" : "document");
      block
          .putObject("source")
          .put("type", "base64")
          .put("media_type", file.type().mediaType())
          .put("data", file.base64());
      if (!image) {
        block.put("title", Json.wellFormed(file.name()));
      }
    }
    blocks.addObject().put("type", "text").put("text", question.prompt());
    return blocks;
  }

  private static ProviderRequest text(ObjectNode body, PromptRequest question) {
    return new ProviderRequest(
        PATH, body, answer -> MessageAnswer.of(answer, question.maxTokens()).reply(null));
  }
}
