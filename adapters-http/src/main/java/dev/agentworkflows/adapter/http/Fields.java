package dev.agentworkflows.adapter.http;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads single fields of an answer whose shape nobody guarantees. */
public final class Fields {

  private Fields() {}

  /** The first of these that is a whole number; null when none is. */
  public static @Nullable Long first(JsonNode... counts) {
    for (JsonNode count : counts) {
      if (count.isIntegralNumber() && count.canConvertToLong()) {
        return count.longValue();
      }
    }
    return null;
  }

  /** The sum of those that are there; null when none is. */
  public static @Nullable Long sum(JsonNode... counts) {
    Long sum = null;
    for (JsonNode count : counts) {
      Long number = first(count);
      if (number != null) {
        sum = sum == null ? number : Long.valueOf(sum + number);
      }
    }
    return sum;
  }

  /** A text that is there and not empty; null otherwise. */
  public static @Nullable String text(JsonNode node) {
    return node.isString() && !node.stringValue().isEmpty() ? node.stringValue() : null;
  }
}
