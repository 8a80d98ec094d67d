package dev.agentworkflows.adapter.http;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads single fields of an answer whose shape nobody guarantees. */
public final class Fields {

  /** No answer takes more tokens: what is above it, or below zero, is no count. */
  private static final BigDecimal MAX_COUNT = BigDecimal.valueOf(1_000_000_000_000L);

  /** More digits behind the point than any amount of money has. */
  private static final int MAX_DECIMALS = 40;

  private static final int MAX_DIGITS = 60;

  private Fields() {}

  /** The first of these that is a count; null when none is. */
  public static @Nullable Long first(JsonNode... counts) {
    for (JsonNode count : counts) {
      BigDecimal number = number(count);
      if (number != null && number.signum() >= 0 && number.compareTo(MAX_COUNT) <= 0) {
        return number.setScale(0, RoundingMode.CEILING).longValueExact();
      }
    }
    return null;
  }

  /**
   * A number, also one in a string, as some servers write it; null when it is none, or of a size
   * that nothing real has.
   */
  public static @Nullable BigDecimal number(JsonNode node) {
    String text = node.isNumber() || node.isString() ? node.asString().strip() : "";
    BigDecimal number = text.length() > MAX_DIGITS ? null : decimal(text);
    return number == null || Math.abs((long) number.scale()) > MAX_DECIMALS ? null : number;
  }

  private static @Nullable BigDecimal decimal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return null; // also NaN and infinities
    }
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
