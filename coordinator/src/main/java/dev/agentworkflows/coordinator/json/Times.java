package dev.agentworkflows.coordinator.json;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** Times as texts, in JSON and for people. */
public final class Times {

  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private Times() {}

  /**
   * UTC, ISO 8601, always with three digits of a second: {@code 2026-11-22T14:32:01.120Z}. All are
   * of one width, and sort as texts.
   */
  public static String text(Instant at) {
    return MILLISECONDS.format(at);
  }
}
