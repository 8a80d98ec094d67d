package dev.agentworkflows.coordinator.json;

import java.math.BigDecimal;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds a tree from a parser's tokens, as Jackson's mapper would. The mapper itself, which can do
 * much more, would cost every start a hundred milliseconds or more.
 */
final class TreeReader {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A double has 308 digits before the point, and at most 1,074 behind it. */
  private static final long MAX_SCALE = 1_100;

  private final JsonParser parser;
  private final boolean strict;

  /**
   * @param parser limits how deep documents are, and so the depth of calls here
   * @param strict whether a key that an object has twice is refused; otherwise its last value
   *     counts
   */
  TreeReader(JsonParser parser, boolean strict) {
    this.parser = parser;
    this.strict = strict;
  }

  /**
   * Reads the only document that there is.
   *
   * @throws JsonTextException where there is none, or more
   */
  JsonNode document() {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new JsonTextException("the text is empty");
    }
    JsonNode document = value(first);
    if (parser.nextToken() != null) {
      throw problem(parser, "there is more text after the end of the document");
    }
    return document;
  }

  private JsonNode value(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      default -> scalar(parser, token);
    };
  }

  /** The value of a token that is neither an object nor an array. */
  static JsonNode scalar(JsonParser parser, JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> NODES.stringNode(parser.getString());
      case VALUE_NUMBER_INT -> integer(parser);
      // Every digit counts: as a double, two keys of the cache could become one.
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(decimal(parser));
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw problem(parser, "unexpected " + token);
    };
  }

  /**
   * Arithmetic with a huge exponent would take all of the memory, and whoever reads this document
   * should not have to think of it.
   */
  private static BigDecimal decimal(JsonParser parser) {
    BigDecimal number = parser.getDecimalValue();
    if (Math.abs((long) number.scale()) > MAX_SCALE) {
      throw problem(parser, "a number has an exponent beyond " + MAX_SCALE);
    }
    return number;
  }

  private static JsonNode integer(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }

  private ObjectNode object() {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonNode before = object.replace(name, value(parser.nextToken()));
      if (before != null && strict) {
        throw problem(parser, "an object has the key '" + name + "' twice");
      }
    }
    return object;
  }

  private ArrayNode array() {
    ArrayNode array = NODES.arrayNode();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      array.add(value(next));
    }
    return array;
  }

  private static JsonTextException problem(JsonParser parser, String what) {
    return new JsonTextException(Json.placed(what, parser.currentTokenLocation()));
  }
}
