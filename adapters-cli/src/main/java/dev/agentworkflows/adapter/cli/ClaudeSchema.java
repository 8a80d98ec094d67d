package dev.agentworkflows.adapter.cli;

import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which schemas {@code claude --json-schema} takes. One that it does not understand it passes over
 * without a word, and the answer is then any text; so only keywords go there that it was seen to
 * take (2.1.197), and only what can be the input of a tool.
 */
final class ClaudeSchema {

  /** The system takes no longer word on a command line than 128 KiB. */
  private static final int MAX_LENGTH = 100_000;

  /** Notes, and formats, which JSON Schema does not hold anybody to. */
  private static final Set<String> DROPPED = Set.of("$schema", "$id", "$comment", "format");

  private static final Set<String> COPIED =
      Set.of(
          "type",
          "title",
          "description",
          "default",
          "examples",
          "enum",
          "const",
          "required",
          "pattern",
          "minLength",
          "maxLength",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "multipleOf",
          "minItems",
          "maxItems",
          "uniqueItems",
          "minProperties",
          "maxProperties");

  private static final Set<String> ALTERNATIVES = Set.of("anyOf", "oneOf", "allOf");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** No stack trace: it is an answer. */
  private static final class OtherException extends Exception {
    private static final long serialVersionUID = 1L;

    OtherException() {
      super(null, null, false, false);
    }
  }

  private ClaudeSchema() {}

  /** The schema as the program takes it; empty when it does not. */
  static Optional<String> of(String schemaJson) {
    try {
      JsonNode schema = JSON.readTree(schemaJson);
      if (!schema.path("type").asString("").equals("object")
          || schema.has("$ref")
          || ALTERNATIVES.stream().anyMatch(schema::has)) {
        return Optional.empty();
      }
      String taken = JSON.writeValueAsString(copy(schema));
      return Optional.of(taken).filter(text -> text.length() <= MAX_LENGTH);
    } catch (OtherException e) {
      return Optional.empty();
    }
  }

  private static JsonNode copy(JsonNode schema) throws OtherException {
    if (schema.isBoolean()) {
      return schema;
    }
    require(schema.isObject());
    ObjectNode copy = JSON.createObjectNode();
    for (var entry : schema.properties()) {
      String keyword = entry.getKey();
      JsonNode value = entry.getValue();
      if (COPIED.contains(keyword)) {
        copy.set(keyword, value);
      } else if (keyword.equals("properties") || keyword.equals("$defs")) {
        ObjectNode named = copy.putObject(keyword);
        for (var property : value.properties()) {
          named.set(property.getKey(), copy(property.getValue()));
        }
      } else if (keyword.equals("items") || keyword.equals("additionalProperties")) {
        copy.set(keyword, copy(value));
      } else if (ALTERNATIVES.contains(keyword)) {
        for (JsonNode alternative : value) {
          copy.withArrayProperty(keyword).add(copy(alternative));
        }
      } else if (keyword.equals("$ref")) {
        require(value.asString("").startsWith("#/$defs/"));
        copy.set(keyword, value);
      } else {
        require(DROPPED.contains(keyword));
      }
    }
    return copy;
  }

  private static void require(boolean holds) throws OtherException {
    if (!holds) {
      throw new OtherException();
    }
  }
}
