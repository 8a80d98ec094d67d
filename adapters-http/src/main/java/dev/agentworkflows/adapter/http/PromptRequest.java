package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Conversation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a {@link Dialect} puts into its provider's own words.
 *
 * @param prompt as the model is to read it; holds the schema where the form needs that
 * @param schema null for {@link AnswerForm#FREE_TEXT}
 * @param maxTokens how long the answer may be; null to leave that to the provider
 * @param options what goes with the prompt: those that the provider's factory promises to pass on
 * @param history what was said before, oldest first
 */
public record PromptRequest(
    String prompt,
    String model,
    AnswerForm form,
    @Nullable JsonNode schema,
    @Nullable Integer maxTokens,
    CallOptions options,
    List<Conversation.Turn> history) {

  public PromptRequest {
    history = List.copyOf(history);
  }

  /** A question before which nothing was said. */
  public PromptRequest(
      String prompt,
      String model,
      AnswerForm form,
      @Nullable JsonNode schema,
      @Nullable Integer maxTokens,
      CallOptions options) {
    this(prompt, model, form, schema, maxTokens, options, List.of());
  }

  /** The schema of a form that sends it along. */
  public JsonNode requiredSchema() {
    if (schema == null) {
      throw new IllegalStateException(form + " without a schema");
    }
    return schema;
  }
}
