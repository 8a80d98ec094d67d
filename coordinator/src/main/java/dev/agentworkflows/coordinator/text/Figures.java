package dev.agentworkflows.coordinator.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How numbers and times are written for people, the same in every language setting. */
public final class Figures {

  /** Stands for a value that is not known. */
  public static final String UNKNOWN = "–";

  private static final BigDecimal MIN_SHOWN_COST = new BigDecimal("0.0001");

  private Figures() {}

  /** {@code 850 ms}, {@code 12.3 s}, {@code 1 min 23 s}, {@code 2 h 05 min}. */
  public static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1_000) {
      // Another process's clock may be behind the one that wrote when it began.
      return Math.max(0, millis) + " ms";
    }
    if (millis < 60_000) {
      // Cut, not rounded: 59.96 s must not become 60.0.
      return format("%d.%d s", millis / 1_000, millis % 1_000 / 100);
    }
    return millis < 3_600_000
        ? format("%d min %02d s", duration.toMinutes(), duration.toSecondsPart())
        : format("%d h %02d min", duration.toHours(), duration.toMinutesPart());
  }

  /** To the second, and never 0: what is about to happen has not happened. */
  public static String timeLeft(Duration duration) {
    long seconds = Math.max(1, (duration.toMillis() + 999) / 1000);
    return seconds < 60 ? seconds + " s" : duration(Duration.ofSeconds(seconds));
  }

  /** {@code 1,234,567}. */
  public static String number(long number) {
    return format("%,d", number);
  }

  /** {@code 1,234,567}; a dash when the provider did not say. */
  public static String tokens(@Nullable Long tokens) {
    return tokens == null ? UNKNOWN : number(tokens);
  }

  /** US dollars: {@code $12.50}, {@code $0.0125}, {@code $0}; a dash when it is not known. */
  public static String cost(@Nullable BigDecimal usd) {
    if (usd == null) {
      return UNKNOWN;
    }
    if (usd.signum() == 0) {
      return "$0";
    }
    if (usd.compareTo(MIN_SHOWN_COST) < 0) {
      return "< $0.0001";
    }
    return usd.compareTo(BigDecimal.ONE) < 0
        ? "$" + usd.setScale(4, RoundingMode.HALF_UP).toPlainString()
        : format("$%,.2f", usd);
  }

  /** {@code 1 call}, {@code 2 calls}. */
  public static String count(long count, String what) {
    return number(count) + " " + what + (count == 1 ? "" : "s");
  }

  /** UTC, to the second: {@code 2026-11-22T14:32:01Z}. */
  public static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
