package dev.agentworkflows.coordinator.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A length of time as people type it: {@code 90s}, {@code 30m}, {@code 6h}, {@code 1d12h}. */
final class DurationText {

  private static final Pattern FORM =
      Pattern.compile(
          "(?:(\\d{1,5})d)?(?:(\\d{1,6})h)?(?:(\\d{1,8})m)?(?:(\\d{1,9})s)?|(\\d{1,9})",
          Pattern.CASE_INSENSITIVE);

  private static final Duration MAX = Duration.ofDays(365);

  private DurationText() {}

  /** Empty when it is none. A number alone is one of seconds. */
  static Optional<Duration> parse(String text) {
    Matcher parts = FORM.matcher(text.strip());
    if (text.isBlank() || !parts.matches()) {
      return Optional.empty();
    }
    Duration sum =
        Duration.ofDays(number(parts.group(1)))
            .plusHours(number(parts.group(2)))
            .plusMinutes(number(parts.group(3)))
            .plusSeconds(number(parts.group(4)) + number(parts.group(5)));
    return Optional.of(sum.compareTo(MAX) < 0 ? sum : MAX);
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
