package dev.agentworkflows.coordinator.json;

import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
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

  /** Python writes whole numbers of up to 4,300 digits. */
  private static final int MAX_NUMBER_LENGTH = 5_000;

  private static final JsonFactory READING =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final JsonFactory WRITING =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private Json() {}

  /**
   * Reads one JSON document.
   *
   * @throws JsonTextException where the text is not one
   */
  public static JsonNode read(String json) {
    return read(json, false);
  }

  /**
   * Reads one JSON document from an author who is not trusted to be clear: an object that has a key
   * twice is refused, for nobody can say which of the two values was meant.
   *
   * @throws JsonTextException where the text is not one
   */
  public static JsonNode readStrict(String json) {
    return read(json, true);
  }

  private static JsonNode read(String json, boolean strict) {
    try (JsonParser parser = parser(json)) {
      return new TreeReader(parser, strict).document();
    } catch (JacksonException e) {
      throw new JsonTextException(plain(e), e);
    }
  }

  /** The parser's message without its remarks about itself, and where in the text. */
  private static String plain(JacksonException e) {
    String message = e.getOriginalMessage();
    int remark = message.indexOf(" (start marker at");
    String problem = remark < 0 ? message : message.substring(0, remark);
    return placed(ParserWords.plain(problem), e.getLocation());
  }

  static String placed(String problem, @Nullable TokenStreamLocation location) {
    return location == null || location.getLineNr() < 1
        ? problem
        : "%s (line %d, column %d)"
            .formatted(problem, location.getLineNr(), location.getColumnNr());
  }

  /** Writes without spaces, on one line. */
  public static String write(JsonNode node) {
    return new String(written(node, false), StandardCharsets.US_ASCII);
  }

  private static byte[] written(JsonNode node, boolean sorted) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = WRITING.createGenerator(ObjectWriteContext.empty(), bytes)) {
      new TreeWriter(generator, sorted).write(node);
    }
    return bytes.toByteArray();
  }

  /**
   * Writes for people: indented, in every language's own letters, with a line end at the end. What
   * would drive a terminal, or turn the text around it, is escaped.
   */
  public static String writePretty(JsonNode node) {
    StringWriter text = new StringWriter();
    try (JsonStream stream = new JsonStream(text)) {
      stream.value(node);
    }
    return text.toString();
  }

  static JsonParser parser(String json) {
    return READING.createParser(ObjectReadContext.empty(), json);
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
    return written(node, true);
  }
}
