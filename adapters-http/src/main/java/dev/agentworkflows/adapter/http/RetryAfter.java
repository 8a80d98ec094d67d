package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.UsageLimit;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
  private static final Duration MAX_WAIT = Duration.ofDays(1);

  /** Who asks to wait for longer means no limit of a minute. */
  private static final Duration MIN_WINDOW = Duration.ofMinutes(10);

  /** No limit resets later: the coordinator would not believe it either. */
  private static final Duration MAX_WINDOW = Duration.ofDays(32);

  /** A smaller number is no moment of this century. */
  private static final double MIN_EPOCH = 1e9;

  private static final Duration LATEST_RESET = Duration.ofDays(36_500);

  /** Of a subscription's windows. */
  private static final String UNIFIED = "anthropic-ratelimit-unified-";

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

  /** Of a response, or of a body, which may call its own anything. */
  private interface Headers {
    /** The first value of a name in whatever case. */
    Optional<String> first(String name);
  }

  private final Clock clock;

  RetryAfter(Clock clock) {
    this.clock = clock;
  }

  /** Null when the provider does not say. */
  @Nullable Duration of(HttpHeaders headers, @Nullable JsonNode body) {
    return of(headers::firstValue, body);
  }

  private @Nullable Duration of(Headers headers, @Nullable JsonNode body) {
    return asked(headers)
        .or(() -> usedUp(headers))
        .or(() -> retryDelay(body))
        .or(() -> resetIn(body))
        .or(() -> usedUp(passedOn(body)))
        .filter(wait -> wait.compareTo(MAX_WAIT) <= 0)
        .orElse(null);
  }

  private Optional<Duration> asked(Headers headers) {
    return header(headers, "retry-after-ms")
        .flatMap(ms -> seconds(ms, 0.001))
        .or(() -> header(headers, "retry-after").flatMap(this::secondsOrDate));
  }

  /**
   * The limit that a refusal is about, where that is one of hours or days: the provider says so, or
   * asks to wait for so long. Null where it is about what is asked at a time.
   *
   * @param cause why it refused
   */
  @Nullable UsageLimit usageLimit(ErrorCause cause, HttpHeaders headers, @Nullable JsonNode body) {
    return usageLimit(cause, headers::firstValue, body, true);
  }

  /** Of an error in an answer or a file, which may have cost something. */
  @Nullable UsageLimit usageLimit(ErrorCause cause, @Nullable JsonNode body) {
    return usageLimit(cause, name -> Optional.empty(), body, false);
  }

  private @Nullable UsageLimit usageLimit(
      ErrorCause cause, Headers headers, @Nullable JsonNode body, boolean nothingBegan) {
    if (cause != ErrorCause.USAGE && cause != ErrorCause.RATE) {
      return null;
    }
    GoogleQuota quota = GoogleQuota.of(body);
    if (quota.isDaily()) {
      return new UsageLimit(GoogleQuota.resetsAt(clock.instant()), quota.ofModel(), nothingBegan);
    }
    Optional<String> status = header(headers, UNIFIED + "status");
    boolean rejected = status.filter("rejected"::equalsIgnoreCase).isPresent();
    // With another status the refusal is not about the subscription's windows.
    Optional<Duration> reset =
        resetIn(body)
            .or(() ->
                status.isEmpty() || rejected
                    ? header(headers, UNIFIED + "reset").flatMap(this::span)
                    : Optional.empty());
    boolean ofModel =
        header(headers, UNIFIED + "representative-claim")
            .filter(claim -> claim.startsWith("seven_day_"))
            .isPresent();
    if (cause == ErrorCause.USAGE || rejected) {
      Instant at = reset.or(() -> asked(headers)).map(this::in).orElse(null);
      return new UsageLimit(at, ofModel, nothingBegan);
    }
    if (reset.filter(RetryAfter::isOfAWindow).isPresent()) {
      return new UsageLimit(in(reset.get()), ofModel, nothingBegan);
    }
    Duration wait = of(headers, body);
    return wait == null || wait.compareTo(MIN_WINDOW) < 0
        ? null
        : new UsageLimit(in(wait), true, nothingBegan);
  }

  private static boolean isOfAWindow(Duration reset) {
    return reset.compareTo(MIN_WINDOW) >= 0 && reset.compareTo(MAX_WINDOW) <= 0;
  }

  /** Later than any limit resets, it is one time or another: no number is beyond the calendar. */
  private Instant in(Duration wait) {
    return clock.instant().plus(wait.compareTo(LATEST_RESET) < 0 ? wait : LATEST_RESET);
  }

  /** {@code resets_at}, {@code resets_in_seconds}, beside the error's type or above it. */
  private Optional<Duration> resetIn(@Nullable JsonNode body) {
    if (body == null) {
      return Optional.empty();
    }
    for (JsonNode holder : new JsonNode[] {body.path("error"), body}) {
      Optional<Duration> reset =
          moment(holder.path("resets_at")).or(() -> seconds(holder.path("resets_in_seconds")));
      if (reset.isPresent()) {
        return reset;
      }
    }
    return Optional.empty();
  }

  /** A number since 1970, or a date; also as a text. */
  private Optional<Duration> moment(JsonNode at) {
    String text = at.isNumber() || at.isString() ? at.asString("") : "";
    try {
      double number = Double.parseDouble(text);
      return number >= MIN_EPOCH ? Optional.of(sinceEpoch(text)) : Optional.empty();
    } catch (NumberFormatException e) {
      return date(text, DateTimeFormatter.ISO_DATE_TIME);
    }
  }

  private static Optional<Duration> seconds(JsonNode in) {
    if (in.isString()) {
      return seconds(in.stringValue().strip(), 1);
    }
    return in.isNumber() && in.asLong(0) > 0
        ? Optional.of(Duration.ofSeconds(in.asLong(0)))
        : Optional.empty();
  }

  /** The latest reset of those limits of which nothing is left. */
  Optional<Duration> usedUp(HttpHeaders headers) {
    return usedUp(headers::firstValue);
  }

  private Optional<Duration> usedUp(Headers headers) {
    return LIMITS.stream()
        .filter(limit -> header(headers, limit.remaining()).filter("0"::equals).isPresent())
        .flatMap(limit -> header(headers, limit.reset()).flatMap(this::span).stream())
        .max(Duration::compareTo);
  }

  /** A router puts the headers of the provider behind it, or its own, into the error. */
  private static Headers passedOn(@Nullable JsonNode body) {
    if (body == null) {
      return name -> Optional.empty();
    }
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    body.path("error")
        .path("metadata")
        .path("headers")
        .properties()
        .forEach(header -> {
          if (header.getValue().isValueNode()) {
            headers.put(header.getKey(), header.getValue().asString(""));
          }
        });
    return name -> Optional.ofNullable(headers.get(name));
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
        .map(plain -> plain.compareTo(MAX_WAIT) > 0 ? sinceEpoch(value) : plain)
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

  private static Optional<String> header(Headers headers, String name) {
    return headers.first(name).map(String::strip);
  }
}
