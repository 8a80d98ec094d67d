package dev.agentworkflows.adapter.http;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How the HTTP adapters read and write JSON. */
public final class Json {

  /** The coordinator takes schemas that are 500 deep; a request wraps them. */
  private static final int DEEPEST = 600;

  /** A number that is too long must not cost the answer around it. */
  private static final int MAX_NUMBER_LENGTH = 100_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNumberLength(MAX_NUMBER_LENGTH)
                          .maxNestingDepth(DEEPEST)
                          .build())
                  .streamWriteConstraints(
                      StreamWriteConstraints.builder().maxNestingDepth(DEEPEST).build())
                  .build())
          // A cost is money, and a tool's input goes on to the script as it is.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  /** An object to fill. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** An array to fill. */
  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /**
   * Reads one document.
   *
   * @throws tools.jackson.core.JacksonException when it is none
   */
  static JsonNode read(byte[] json) {
    return MAPPER.readTree(json);
  }

  static JsonNode read(String json) {
    return MAPPER.readTree(json);
  }

  /** Writes without spaces, on one line. */
  public static String write(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  /** As {@link #write}, in UTF-8. */
  public static byte[] writeBytes(JsonNode node) {
    return MAPPER.writeValueAsBytes(node);
  }

  /**
   * The text with U+FFFD for every half of a surrogate pair. Python strings may hold such halves;
   * UTF-8 can't, and providers refuse them.
   */
  public static String wellFormed(String text) {
    if (text.codePoints().noneMatch(Json::isSurrogate)) {
      return text;
    }
    StringBuilder wellFormed = new StringBuilder(text.length());
    text.codePoints().forEach(c -> wellFormed.appendCodePoint(isSurrogate(c) ? 0xFFFD : c));
    return wellFormed.toString();
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
