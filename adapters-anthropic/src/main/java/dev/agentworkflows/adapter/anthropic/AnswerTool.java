package dev.agentworkflows.adapter.anthropic;

import dev.agentworkflows.adapter.http.Json;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tool whose input is the answer.
 *
 * @param inputSchema describes an object, for a tool's input is one
 * @param wrapped the answer is the input's one property, because the call's schema describes
 *     something else than an object
 */
record AnswerTool(ObjectNode inputSchema, boolean wrapped) {

  private static final String NAME = "answer";
  private static final String PROPERTY = "value";

  /** Anthropic takes no alternatives at the top. */
  private static final Set<String> NOT_AT_THE_TOP = Set.of("anyOf", "oneOf", "allOf", "$ref");

  /** Empty when the schema can't be wrapped without breaking its references. */
  static Optional<AnswerTool> of(JsonNode schema) {
    boolean plain =
        schema.path("type").asString("").equals("object")
            && NOT_AT_THE_TOP.stream().noneMatch(schema::has);
    if (plain) {
      return Optional.of(new AnswerTool((ObjectNode) schema, false));
    }
    // A reference inside counts from the top, which would then be another.
    return hasReference(schema) ? Optional.empty() : Optional.of(wrapping(schema));
  }

  private static AnswerTool wrapping(JsonNode schema) {
    ObjectNode wrapper = Json.object().put("type", "object");
    wrapper.putObject("properties").set(PROPERTY, schema);
    wrapper.putArray("required").add(PROPERTY);
    return new AnswerTool(wrapper, true);
  }

  private static boolean hasReference(JsonNode node) {
    if (node.has("$ref") || node.has("$dynamicRef")) {
      return true;
    }
    for (JsonNode child : node) {
      if (hasReference(child)) {
        return true;
      }
    }
    return false;
  }

  void addTo(ObjectNode body) {
    body.putArray("tools")
        .addObject()
        .put("name", NAME)
        .put("description", "Takes the whole answer to the request.")
        .set("input_schema", inputSchema);
    body.putObject("tool_choice")
        .put("type", "tool")
        .put("name", NAME)
        .put("disable_parallel_tool_use", true);
  }

  /** The answer's JSON; empty when this block of an answer is not a call of the tool. */
  Optional<JsonNode> answer(JsonNode block) {
    boolean called =
        block.path("type").asString("").equals("tool_use")
            && block.path("name").asString("").equals(NAME);
    if (!called) {
      return Optional.empty();
    }
    JsonNode input = block.path("input");
    return Optional.of(wrapped && input.has(PROPERTY) ? input.path(PROPERTY) : input);
  }
}
