package dev.agentworkflows.coordinator.json;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the coordinator reads and writes JSON.
 *
 * <p>Written JSON is ASCII (everything else as {@code \\uXXXX}), so that a lone surrogate in a
 * Python string survives every file, column and message that it passes.
 */
public final class Json {

  /** As deep as a person would nest by hand, and far below what a thread's stack bears. */
  private static final int MAX_DEPTH = 500;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectReader READER = MAPPER.reader();

  private static final ObjectReader STRICT_READER =
      READER.with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private static final ObjectWriter READABLE =
      MAPPER
          .writer()
          .with(
              new DefaultPrettyPrinter(
                  Separators.createDefaultInstance()
                      .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                      .withObjectEmptySeparator("")
                      .withArrayEmptySeparator("")))
          .without(JsonWriteFeature.ESCAPE_NON_ASCII);

  private Json() {}

  /**
   * Reads one JSON document.
   *
   * @throws JsonTextException where the text is not one
   */
  public static JsonNode read(String json) {
    return read(json, READER);
  }

  /**
   * Reads one JSON document from an author who is not trusted to be clear: an object that has a key
   * twice is refused, for nobody can say which of the two values was meant.
   *
   * @throws JsonTextException where the text is not one
   */
  public static JsonNode readStrict(String json) {
    return read(json, STRICT_READER);
  }

  private static JsonNode read(String json, ObjectReader reader) {
    JsonNode node;
    try {
      node = reader.readTree(json);
    } catch (JacksonException e) {
      throw new JsonTextException(plain(e), e);
    }
    if (node.isMissingNode()) {
      throw new JsonTextException("the text is empty");
    }
    return node;
  }

  /** The parser's message without its remarks about itself, and where in the text. */
  private static String plain(JacksonException e) {
    String message = e.getOriginalMessage();
    int remark = message.indexOf(" (start marker at");
    String problem = remark < 0 ? message : message.substring(0, remark);
    TokenStreamLocation location = e.getLocation();
    return location == null || location.getLineNr() < 1
        ? problem
        : "%s (line %d, column %d)"
            .formatted(problem, location.getLineNr(), location.getColumnNr());
  }

  /** Writes without spaces, on one line. */
  public static String write(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  /**
   * Writes for people: indented, in every language's own letters, with a line end at the end. What
   * would drive a terminal, or turn the text around it, is escaped.
   */
  public static String writePretty(JsonNode node) {
    return harmless(READABLE.writeValueAsString(node)) + "\n";
  }

  /** What is escaped can only be in a string; JSON itself escapes what is below the space. */
  private static String harmless(String json) {
    if (json.codePoints().noneMatch(Json::acts)) {
      return json;
    }
    StringBuilder escaped = new StringBuilder(json.length() + 16);
    json.codePoints()
        .forEach(c -> {
          if (acts(c)) {
            escaped.append("\\u%04x".formatted(c));
          } else {
            escaped.appendCodePoint(c);
          }
        });
    return escaped.toString();
  }

  /** Lone surrogates do not survive an encoding; the others act on a terminal. */
  private static boolean acts(int c) {
    return (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
        || (c >= 0x7f && c <= 0x9f)
        || c == 0x061c
        || c == 0x200e
        || c == 0x200f
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0xfeff;
  }

  /** An object to fill. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** An array to fill. */
  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** The document with the keys of every object sorted: equal documents are written equally. */
  public static JsonNode canonical(JsonNode node) {
    if (node instanceof ObjectNode object) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      object.properties().forEach(entry -> sorted.put(entry.getKey(), canonical(entry.getValue())));
      ObjectNode copy = object();
      copy.setAll(sorted);
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = array();
      array.forEach(element -> copy.add(canonical(element)));
      return copy;
    }
    return node;
  }

  /** {@link #canonical} as bytes; ASCII, so also UTF-8. */
  public static byte[] canonicalBytes(JsonNode node) {
    return write(canonical(node)).getBytes(StandardCharsets.US_ASCII);
  }
}
