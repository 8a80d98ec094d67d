package dev.agentworkflows.adapter.http;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How long a provider asks to wait: from {@code Retry-After}, else from the rate-limit headers that
 * say that nothing is left, else from the error's body.
 */
final class RetryAfter {

  /** Nobody means more than a day; what says so is broken. */
  private static final Duration LONGEST = Duration.ofDays(1);

  /** {@code 1s}, {@code 6m0s}, {@code 120ms}, {@code 7.66s}. */
  private static final Pattern SPAN =
      Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m(?!s))?(?:(\\d+(?:\\.\\d+)?)s)?(?:(\\d+)ms)?");

  /** A limit's name in the headers of those who send it as OpenAI does, and as Anthropic does. */
  private record Limit(String remaining, String reset) {}

  private static final List<Limit> LIMITS =
      Stream.concat(
              Stream.of("-requests", "-tokens", "")
                  .map(what -> "x-ratelimit-%s" + what)
                  .map(name -> new Limit(name.formatted("remaining"), name.formatted("reset"))),
              Stream.of("requests", "tokens", "input-tokens", "output-tokens")
                  .map(what -> "anthropic-ratelimit-" + what + "-")
                  .map(name -> new Limit(name + "remaining", name + "reset")))
          .toList();

  private final Clock clock;

  RetryAfter(Clock clock) {
    this.clock = clock;
  }

  /** Null when the provider does not say. */
  @Nullable Duration of(HttpHeaders headers, @Nullable JsonNode body) {
    return header(headers, "retry-after-ms")
        .flatMap(ms -> seconds(ms, 0.001))
        .or(() -> header(headers, "retry-after").flatMap(this::secondsOrDate))
        .or(() -> usedUp(headers))
        .or(() -> retryDelay(body))
        .filter(wait -> wait.compareTo(LONGEST) <= 0)
        .orElse(null);
  }

  /** The latest reset of those limits of which nothing is left. */
  Optional<Duration> usedUp(HttpHeaders headers) {
    return LIMITS.stream()
        .filter(limit -> header(headers, limit.remaining()).filter("0"::equals).isPresent())
        .flatMap(limit -> header(headers, limit.reset()).flatMap(this::span).stream())
        .max(Duration::compareTo);
  }

  /** Google says it in the error's details. */
  private static Optional<Duration> retryDelay(@Nullable JsonNode body) {
    if (body == null) {
      return Optional.empty();
    }
    for (JsonNode detail : body.path("error").path("details")) {
      if (detail.path("retryDelay").isString()) {
        return units(detail.path("retryDelay").stringValue());
      }
    }
    return Optional.empty();
  }

  private Optional<Duration> secondsOrDate(String value) {
    return seconds(value, 1).or(() -> date(value, DateTimeFormatter.RFC_1123_DATE_TIME));
  }

  private Optional<Duration> span(String value) {
    return seconds(value, 1)
        .map(plain -> plain.compareTo(LONGEST) > 0 ? sinceEpoch(value) : plain)
        .or(() -> units(value))
        .or(() -> date(value, DateTimeFormatter.ISO_DATE_TIME));
  }

  /** Some send the moment instead, as milliseconds or seconds since 1970. */
  private Duration sinceEpoch(String value) {
    double number = Double.parseDouble(value);
    return until(Instant.ofEpochMilli((long) (number > 1e11 ? number : number * 1000)));
  }

  private Optional<Duration> date(String value, DateTimeFormatter format) {
    try {
      return Optional.of(until(ZonedDateTime.parse(value, format).toInstant()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private Duration until(Instant moment) {
    Duration wait = Duration.between(clock.instant(), moment);
    return wait.isNegative() ? Duration.ZERO : wait;
  }

  private static Optional<Duration> seconds(String value, double unit) {
    return value.matches("\\d{1,15}(\\.\\d{1,9})?")
        ? Optional.of(Duration.ofMillis(Math.round(Double.parseDouble(value) * unit * 1000)))
        : Optional.empty();
  }

  private static Optional<Duration> units(String value) {
    Matcher span = SPAN.matcher(value);
    if (value.isEmpty() || value.length() > 30 || !span.matches()) {
      return Optional.empty();
    }
    double ms =
        number(span.group(1)) * 3_600_000
            + number(span.group(2)) * 60_000
            + number(span.group(3)) * 1000
            + number(span.group(4));
    return Optional.of(Duration.ofMillis(Math.round(ms)));
  }

  private static double number(@Nullable String digits) {
    return digits == null ? 0 : Double.parseDouble(digits);
  }

  private static Optional<String> header(HttpHeaders headers, String name) {
    return headers.firstValue(name).map(String::strip);
  }
}
