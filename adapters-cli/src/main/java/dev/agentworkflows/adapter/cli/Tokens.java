package dev.agentworkflows.adapter.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Numbers in a program's events, whose shape nobody guarantees. */
public final class Tokens {

  private static final BigDecimal MAX_COUNT = BigDecimal.valueOf(1_000_000_000_000L);
  private static final int MAX_DECIMALS = 40;
  private static final int MAX_DIGITS = 60;

  private Tokens() {}

  /** A count; null when it is none. */
  public static @Nullable Long count(JsonNode node) {
    BigDecimal number = number(node);
    return number == null || number.signum() < 0 || number.compareTo(MAX_COUNT) > 0
        ? null
        : Long.valueOf(number.setScale(0, RoundingMode.CEILING).longValueExact());
  }

  /** A number, also in a string; null when it is none, or of a size that nothing real has. */
  public static @Nullable BigDecimal number(JsonNode node) {
    if (!node.isNumber() && !node.isString()) {
      return null;
    }
    String text = node.asString().strip();
    if (text.length() > MAX_DIGITS) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(text);
      return Math.abs((long) number.scale()) > MAX_DECIMALS ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
