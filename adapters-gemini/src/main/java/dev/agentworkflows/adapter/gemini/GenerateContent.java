package dev.agentworkflows.adapter.gemini;

import dev.agentworkflows.adapter.http.AnswerForm;
import dev.agentworkflows.adapter.http.Dialect;
import dev.agentworkflows.adapter.http.Json;
import dev.agentworkflows.adapter.http.PromptRequest;
import dev.agentworkflows.adapter.http.ProviderRequest;
import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.spi.Effort;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /models/MODEL:generateContent}. The key goes into a header, never into the URL. What
 * was said before stands in front, as it did the last time: Gemini finds by itself what of it is
 * cached.
 */
final class GenerateContent implements Dialect {

  private static final String MODELS = "models/";

  private static final String DEFAULT_VERSION = "/v1beta";

  /**
   * The end of an address that says which version of the API it is; or, as Vertex AI has it, whose
   * models, with the version before.
   */
  private static final Pattern VERSIONED =
      Pattern.compile("/(v\\d+((alpha|beta)\\d*)?|publishers/[^/]+)$");

  /** Google's own libraries, and most gateways, are given an address without the version. */
  @Override
  public String root(String baseUrl) {
    return VERSIONED.matcher(baseUrl).find() ? baseUrl : baseUrl + DEFAULT_VERSION;
  }

  @Override
  public Map<String, String> keyHeaders(String key) {
    return Map.of("x-goog-api-key", key);
  }

  /** Gemini takes JSON Schema as it is, and refuses what goes too far for it. */
  @Override
  public List<AnswerForm> forms(JsonNode schema) {
    return List.of(AnswerForm.JSON_SCHEMA, AnswerForm.JSON_MODE, AnswerForm.SCHEMA_IN_WORDS);
  }

  @Override
  public ProviderRequest request(PromptRequest question) {
    ObjectNode body = Json.object();
    CallOptions options = question.options();
    if (options.system() != null) {
      body.putObject("systemInstruction")
          .putArray("parts")
          .addObject()
          .put("text", options.system());
    }
    ArrayNode contents = body.putArray("contents");
    for (Conversation.Turn turn : question.history()) {
      addMessage(contents, "user").addObject().put("text", turn.prompt());
      addMessage(contents, "model").addObject().put("text", turn.answer());
    }
    ArrayNode parts = addMessage(contents, "user");
    for (AttachedFile file : options.files()) {
      parts
          .addObject()
          .putObject("inlineData")
          .put("mimeType", file.type().mediaType())
          .put("data", file.base64());
    }
    parts.addObject().put("text", question.prompt());
    ObjectNode config = Json.object();
    if (options.effort() != null) {
      config.set("thinkingConfig", thinking(question.model(), options.effort()));
    }
    if (question.maxTokens() != null) {
      config.put("maxOutputTokens", question.maxTokens());
    }
    switch (question.form()) {
      case JSON_SCHEMA -> {
        config.put("responseMimeType", "application/json");
        config.set("responseJsonSchema", question.requiredSchema());
      }
      case JSON_MODE -> config.put("responseMimeType", "application/json");
      default -> {
        // the prompt says all
      }
    }
    if (!config.isEmpty()) {
      body.set("generationConfig", config);
    }
    return new ProviderRequest(
        path(question.model()),
        body,
        answer -> ContentAnswer.of(answer, question.maxTokens()).reply());
  }

  private static ArrayNode addMessage(ArrayNode contents, String role) {
    return contents.addObject().put("role", role).putArray("parts");
  }

  /** Models before Gemini 3 know no levels, and take a number of tokens. */
  private static ObjectNode thinking(String model, Effort effort) {
    Effort level = effort.atMost(Effort.HIGH);
    boolean older = bare(model).startsWith("gemini-2") || bare(model).startsWith("gemini-1");
    if (!older) {
      return Json.object().put("thinkingLevel", level.label());
    }
    int tokens =
        switch (level) {
          case LOW -> 1_024;
          case MEDIUM -> 8_192;
          default -> 24_576;
        };
    return Json.object().put("thinkingBudget", tokens);
  }

  private static String bare(String model) {
    return model.startsWith(MODELS) ? model.substring(MODELS.length()) : model;
  }

  /** The model's name comes from the script: it must not lead to another place of the API. */
  private static String path(String model) {
    String encoded = URLEncoder.encode(bare(model), StandardCharsets.UTF_8).replace("+", "%20");
    return "/" + MODELS + encoded + ":generateContent";
  }
}
