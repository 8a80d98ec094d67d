package dev.agentworkflows.it;

import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON documents, strictly read. */
public final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Json() {}

  public static JsonNode read(String text) {
    return MAPPER.readTree(text);
  }

  /** A text as JSON writes it, which is also a Python literal. */
  public static String write(String text) {
    return MAPPER.writeValueAsString(text);
  }

  /** One field of each object in an array, as plain Java values. */
  public static List<@Nullable Object> column(JsonNode array, String field) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(element -> plain(element.required(field)))
        .toList();
  }

  /** A document as maps, lists and plain values. */
  public static @Nullable Object plain(JsonNode node) {
    return MAPPER.convertValue(node, Object.class);
  }
}
