package dev.agentworkflows.adapter.http;

import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The part of JSON Schema that providers can hold a model to while it writes: closed objects whose
 * properties are all required, and few keywords.
 *
 * <p>An object that does not say whether it is closed is closed here, which forbids nothing that a
 * model would need. An optional property is not made a required one: the model would have to invent
 * it.
 *
 * <p>Source: OpenAI's guide to structured outputs, "supported schemas" (November 2026).
 */
public final class StrictSchema {

  private static final int DEEPEST = 10;
  private static final int MAX_PROPERTIES = 5_000;
  private static final int MAX_ENUM_VALUES = 1_000;

  private static final Set<String> DROPPED = Set.of("$schema", "$id", "$comment");

  private static final Set<String> COPIED =
      Set.of("type", "title", "description", "enum", "const", "required", "additionalProperties");

  private static final Set<String> LIMITS =
      Set.of(
          "pattern",
          "multipleOf",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "minItems",
          "maxItems");

  private static final Set<String> FORMATS =
      Set.of("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid");

  /** A keyword or a shape that strict mode does not know; no stack trace, it is an answer. */
  private static final class NotStrictException extends Exception {
    private static final long serialVersionUID = 1L;

    NotStrictException() {
      super(null, null, false, false);
    }
  }

  private int properties;
  private int enumValues;

  private StrictSchema() {}

  /** The schema as strict mode takes it; empty when strict mode can't express it. */
  public static Optional<ObjectNode> of(JsonNode schema) {
    if (!schema.path("type").asString("").equals("object") || schema.has("anyOf")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new StrictSchema().closed(schema, 0));
    } catch (NotStrictException e) {
      return Optional.empty();
    }
  }

  private ObjectNode closed(JsonNode schema, int depth) throws NotStrictException {
    require(schema.isObject() && depth <= DEEPEST);
    ObjectNode copy = Json.object();
    for (var entry : schema.properties()) {
      JsonNode value = entry.getValue();
      switch (entry.getKey()) {
        case "properties", "$defs" -> copy.set(entry.getKey(), closedAll(value, depth + 1));
        case "items" -> copy.set("items", closed(value, depth + 1));
        case "anyOf" -> copy.set("anyOf", closedList(value, depth + 1));
        case "$ref" -> {
          require(schema.size() == 1 && value.asString("").startsWith("#/$defs/"));
          copy.set("$ref", value);
        }
        case "format" -> {
          require(FORMATS.contains(value.asString("")));
          copy.set("format", value);
        }
        default -> copyKeyword(entry.getKey(), value, copy);
      }
    }
    checkShape(copy);
    return copy;
  }

  private void copyKeyword(String keyword, JsonNode value, ObjectNode copy)
      throws NotStrictException {
    if (DROPPED.contains(keyword)) {
      return;
    }
    require(COPIED.contains(keyword) || LIMITS.contains(keyword));
    if (keyword.equals("enum")) {
      enumValues += value.size();
      require(enumValues <= MAX_ENUM_VALUES);
    }
    copy.set(keyword, value);
  }

  private void checkShape(ObjectNode copy) throws NotStrictException {
    require(
        copy.has("type")
            || copy.has("anyOf")
            || copy.has("$ref")
            || copy.has("enum")
            || copy.has("const"));
    if (isObject(copy.path("type"))) {
      require(copy.path("properties").isObject());
      checkClosed(copy);
    }
    if (names(copy.path("type"), "array")) {
      require(copy.has("items"));
    }
  }

  private void checkClosed(ObjectNode object) throws NotStrictException {
    JsonNode named = object.path("properties");
    JsonNode required = object.path("required");
    properties += named.size();
    require(properties <= MAX_PROPERTIES && required.size() == named.size());
    for (JsonNode name : required) {
      require(named.has(name.asString("")));
    }
    JsonNode others = object.path("additionalProperties");
    require(others.isMissingNode() || (others.isBoolean() && !others.booleanValue()));
    object.put("additionalProperties", false);
    if (required.isMissingNode()) {
      object.putArray("required");
    }
  }

  private ObjectNode closedAll(JsonNode schemas, int depth) throws NotStrictException {
    require(schemas.isObject());
    ObjectNode copy = Json.object();
    for (var entry : schemas.properties()) {
      copy.set(entry.getKey(), closed(entry.getValue(), depth));
    }
    return copy;
  }

  private ArrayNode closedList(JsonNode schemas, int depth) throws NotStrictException {
    require(schemas.isArray());
    ArrayNode copy = Json.array();
    for (JsonNode schema : schemas) {
      copy.add(closed(schema, depth));
    }
    return copy;
  }

  private static boolean isObject(JsonNode type) {
    return names(type, "object");
  }

  private static boolean names(JsonNode type, String name) {
    if (type.isArray()) {
      for (JsonNode one : type) {
        if (one.asString("").equals(name)) {
          return true;
        }
      }
      return false;
    }
    return type.asString("").equals(name);
  }

  private static void require(boolean holds) throws NotStrictException {
    if (!holds) {
      throw new NotStrictException();
    }
  }
}
