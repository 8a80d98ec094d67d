package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.UsageLimit;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** What {@code claude} told of its login's limits, in events: the last one that was reached. */
final class ClaudeLimit {

  private static final long MIN_EPOCH = 1_000_000_000L;
  private static final String OF_A_MODEL = "seven_day_";

  private JsonNode info = MissingNode.getInstance();

  void onEvent(JsonNode event) {
    JsonNode told = event.path("rate_limit_info");
    if (isRejected(told) || !isReached()) {
      info = told;
    }
  }

  private static boolean isRejected(JsonNode info) {
    return info.path("status").asString("").equals("rejected");
  }

  boolean isReached() {
    return isRejected(info);
  }

  /** Whether only money helps. */
  boolean requiresCredits() {
    return info.path("errorCode").asString("").equals("credits_required");
  }

  /**
   * The limit in the SPI's words: the event's fields first, the program's text where they are
   * silent. Those of an event that let the login go on are about another window: the text first.
   */
  UsageLimit limit(String text, boolean nothingBegan) {
    String type = info.path("rateLimitType").asString("");
    Instant told = epoch(info.path("resetsAt"));
    if (told == null) {
      told = epoch(info.path("unifiedWindows").path(type).path("resetsAt"));
    }
    Instant inText = FailureWords.usageLimit(text, nothingBegan).resetsAt();
    Instant first = isReached() ? told : inText;
    Instant resetsAt = first == null ? (isReached() ? inText : told) : first;
    boolean ofModel = isReached() && type.startsWith(OF_A_MODEL);
    return new UsageLimit(resetsAt, ofModel, nothingBegan);
  }

  /** Seconds since 1970, or milliseconds; null for what is no such number. */
  static @Nullable Instant epoch(JsonNode number) {
    long value = number.isNumber() ? number.asLong(0) : 0;
    return value < MIN_EPOCH ? null : ResetTime.ofEpoch(value);
  }
}
