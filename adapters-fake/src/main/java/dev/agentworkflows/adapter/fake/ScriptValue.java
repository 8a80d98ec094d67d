package dev.agentworkflows.adapter.fake;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * One value in a call's metadata. Read without Jackson's mapper, which would cost the first
 * scripted call a hundred milliseconds.
 *
 * @param token what it is, or what it begins with
 * @param json the value as JSON, in ASCII: a lone surrogate survives
 * @param text what it says when it is a string, else null
 */
record ScriptValue(JsonToken token, String json, @Nullable String text) {

  /** Python writes whole numbers of up to 4,300 digits. */
  private static final int MAX_NUMBER_LENGTH = 5_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  /**
   * The value of one key of an object; null when it has no such key, or is no object.
   *
   * @throws tools.jackson.core.JacksonException when the text is not JSON
   */
  static @Nullable ScriptValue in(String objectJson, String key) {
    try (JsonParser parser = parser(objectJson)) {
      ScriptValue value = null;
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          boolean wanted = parser.currentName().equals(key);
          parser.nextToken();
          if (wanted) {
            value = read(parser);
          } else {
            parser.skipChildren();
          }
        }
      }
      return value;
    }
  }

  /** The values of an object, in order; for an object only. */
  Map<String, ScriptValue> properties() {
    Map<String, ScriptValue> properties = new LinkedHashMap<>();
    try (JsonParser parser = parser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        properties.put(name, read(parser));
      }
    }
    return properties;
  }

  private static JsonParser parser(String json) {
    return JSON.createParser(ObjectReadContext.empty(), json);
  }

  private static ScriptValue read(JsonParser parser) {
    JsonToken token = parser.currentToken();
    String text = token == JsonToken.VALUE_STRING ? parser.getString() : null;
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), json)) {
      // Exact: 1.50 stays 1.50.
      generator.copyCurrentStructureExact(parser);
    }
    return new ScriptValue(token, json.toString(), text);
  }

  boolean isNull() {
    return token == JsonToken.VALUE_NULL;
  }

  boolean isObject() {
    return token == JsonToken.START_OBJECT;
  }

  boolean isInteger() {
    return token == JsonToken.VALUE_NUMBER_INT;
  }

  boolean isNumber() {
    return token.isNumeric();
  }

  /** For a number only. */
  BigDecimal number() {
    return new BigDecimal(json);
  }
}
