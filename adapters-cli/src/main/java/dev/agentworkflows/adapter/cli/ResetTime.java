package dev.agentworkflows.adapter.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a usage limit resets, as agent programs write it: as a number of seconds since 1970, as a
 * span of time, or as a time of day with or without a date and a zone. Without a zone it is the
 * clock's. What can't be read is no time.
 */
final class ResetTime {

  /** {@code usage limit reached|1755806400}, {@code "resets_at": 1755806400}. */
  private static final Pattern EPOCH =
      words("limit reached\\|(\\d{10}|\\d{13})\\b|\"resets_?at\"\\s*:\\s*(\\d{10}|\\d{13})\\b");

  private static final Pattern SECONDS =
      words("\"resets_?in_?seconds\"\\s*:\\s*(\\d{1,8})(?:\\.\\d+)?\\b");

  /** {@code try again in 2 days 3 hours 5 minutes}, {@code reset after 5h23m10s}. */
  private static final Pattern SPAN =
      words(
          "(?:again|resets?) (?:in|after) (?:about )?((?:\\d{1,5}\\s*(?:days?|d|hours?|hrs?|h"
              + "|minutes?|mins?|m|seconds?|secs?|s)(?![a-z]),?\\s*(?:and )?){1,4})");

  private static final Pattern PART = words("(\\d{1,5})\\s*([dhms])");

  private static final String DATE =
      "(?:(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.? (\\d{1,2})(?:st|nd|rd|th)?"
          + "(?:,? (\\d{4}))?(?:,| at)? )?";

  private static final String TIME = "(\\d{1,2})(?::(\\d{2}))?(?::\\d{2})?\\s?([ap]m)?\\b";

  private static final Pattern MOMENT =
      words(
          "(?:resets?|again)(?: on)?(?: at)? "
              + DATE
              + TIME
              + "(?:\\s?(?:\\((?:in )?([A-Za-z0-9_+\\-/]{2,40})\\)"
              + "|((?-i:[A-Z]{2,5}|[A-Z][a-z]+/[A-Za-z_/]+|[+-]\\d{2}:?\\d{2}))(?![A-Za-z0-9])))?");

  /** {@code "resets_at": "2026-08-20T12:16:00Z"}, {@code try again at 2026-08-20 12:16 UTC}. */
  private static final Pattern ISO =
      words(
          "(?:resets?|again|\"resets_?at\"\\s*:\\s*\")(?: on)?(?: at)?:? ?(\\d{4}-\\d{2}-\\d{2})[T ]"
              + "(\\d{2}:\\d{2})(:\\d{2})?(?:\\.\\d{1,9})?"
              + "(?:\\s?\\(?((?-i:[A-Z]{1,5}|[A-Z][a-z]+/[A-Za-z_/]+|[+-]\\d{2}:?\\d{2}))(?![A-Za-z0-9])\\)?)?");

  /** Those that the calendar does not know by themselves, or knows for something else. */
  private static final Map<String, String> ZONES =
      Map.ofEntries(
          Map.entry("PST", "America/Los_Angeles"),
          Map.entry("PDT", "America/Los_Angeles"),
          Map.entry("PT", "America/Los_Angeles"),
          Map.entry("MST", "America/Denver"),
          Map.entry("MDT", "America/Denver"),
          Map.entry("MT", "America/Denver"),
          Map.entry("CST", "America/Chicago"),
          Map.entry("CDT", "America/Chicago"),
          Map.entry("CT", "America/Chicago"),
          Map.entry("EST", "America/New_York"),
          Map.entry("EDT", "America/New_York"),
          Map.entry("ET", "America/New_York"),
          Map.entry("CEST", "Europe/Berlin"));

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  /** A text is cut to the minute: it is meant to be over by the next one. */
  private static final Duration CUT = Duration.ofMinutes(1);

  /** A time of today that is over for longer is tomorrow's. */
  private static final Duration JUST_OVER = Duration.ofHours(1);

  private final Clock clock;

  ResetTime(Clock clock) {
    this.clock = clock;
  }

  /** The time that a message about a limit names; it may be over. */
  Optional<Instant> in(String message) {
    Matcher epoch = EPOCH.matcher(message);
    if (epoch.find()) {
      return Optional.of(
          ofEpoch(Long.parseLong(epoch.group(1) == null ? epoch.group(2) : epoch.group(1))));
    }
    Matcher seconds = SECONDS.matcher(message);
    if (seconds.find()) {
      return Optional.of(clock.instant().plusSeconds(Long.parseLong(seconds.group(1))));
    }
    Matcher iso = ISO.matcher(message);
    if (iso.find()) {
      return iso(iso);
    }
    Matcher span = SPAN.matcher(message);
    if (span.find()) {
      return Optional.of(clock.instant().plus(span(span.group(1))));
    }
    Matcher moment = MOMENT.matcher(message);
    while (moment.find()) {
      if (moment.group(5) != null || moment.group(6) != null) {
        return moment(moment);
      }
    }
    return Optional.empty();
  }

  /** Seconds since 1970, or milliseconds. */
  static Instant ofEpoch(long number) {
    return number > 100_000_000_000L ? Instant.ofEpochMilli(number) : Instant.ofEpochSecond(number);
  }

  private static Duration span(String text) {
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      long number = Long.parseLong(part.group(1));
      sum =
          switch (part.group(2).toLowerCase(Locale.ROOT)) {
            case "d" -> sum.plusDays(number);
            case "h" -> sum.plusHours(number);
            case "m" -> sum.plusMinutes(number);
            default -> sum.plusSeconds(number);
          };
    }
    return sum;
  }

  private Optional<Instant> iso(Matcher found) {
    try {
      LocalDate date = LocalDate.parse(found.group(1));
      String seconds = found.group(3);
      LocalTime time = LocalTime.parse(found.group(2) + (seconds == null ? "" : seconds));
      Instant at = ZonedDateTime.of(date, time, zone(found.group(4))).toInstant();
      return Optional.of(seconds == null ? at.plus(CUT) : at);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * @param name null for the clock's own
   * @throws DateTimeException for a zone that is not known: the time is not known either
   */
  private ZoneId zone(@Nullable String name) {
    return name == null ? clock.getZone() : ZoneId.of(ZONES.getOrDefault(name, name));
  }

  private Optional<Instant> moment(Matcher found) {
    try {
      ZoneId zone = zone(found.group(7) == null ? found.group(8) : found.group(7));
      ZonedDateTime now = clock.instant().atZone(zone);
      LocalTime time = time(found);
      if (found.group(1) == null) {
        return Optional.of(next(now, time));
      }
      int month = MONTHS.indexOf(found.group(1).toLowerCase(Locale.ROOT)) + 1;
      int day = Integer.parseInt(found.group(2));
      return Optional.of(dated(now, found.group(3), month, day, time));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Instant dated(
      ZonedDateTime now, @Nullable String year, int month, int day, LocalTime time) {
    int told = year == null ? now.getYear() : Integer.parseInt(year);
    Instant at = at(LocalDate.of(told, month, day), time, now.getZone());
    // "Jan 2", said in December.
    return year == null && at.isBefore(now.toInstant().minus(Duration.ofDays(180)))
        ? at(LocalDate.of(told + 1, month, day), time, now.getZone())
        : at;
  }

  private static Instant next(ZonedDateTime now, LocalTime time) {
    Instant today = at(now.toLocalDate(), time, now.getZone());
    Instant tomorrow = at(now.toLocalDate().plusDays(1), time, now.getZone());
    return today.isBefore(now.toInstant().minus(JUST_OVER)) ? tomorrow : today;
  }

  private static Instant at(LocalDate date, LocalTime time, ZoneId zone) {
    return ZonedDateTime.of(date, time, zone).toInstant().plus(CUT);
  }

  private static LocalTime time(Matcher found) {
    int hour = Integer.parseInt(found.group(4));
    int minute = found.group(5) == null ? 0 : Integer.parseInt(found.group(5));
    String half = found.group(6);
    if (half == null) {
      return LocalTime.of(hour, minute);
    }
    if (hour < 1 || hour > 12) {
      throw new DateTimeException("no hour of a half day: " + hour);
    }
    return LocalTime.of(hour % 12 + (half.equalsIgnoreCase("pm") ? 12 : 0), minute);
  }

  private static Pattern words(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }
}
