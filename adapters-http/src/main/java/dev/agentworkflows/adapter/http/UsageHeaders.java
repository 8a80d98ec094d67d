package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.UsageWindow;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an answer's headers say of how much of its login's windows is used. Windows of one model are
 * passed over, and so are limits of a minute, of which a {@link RetryAfter} tells.
 */
final class UsageHeaders {

  /** Of a subscription's windows: a part that is used, from 0 to 1, and a moment. */
  private static final String UNIFIED = "anthropic-ratelimit-unified-";

  /** By their names in the headers; others are of one model, or are paid for apart. */
  private static final Map<String, String> OF_THE_LOGIN =
      Map.of("5h", "five_hour", "7d", "seven_day");

  /** A limit of all that a key asks for; with a further word it is one of a model. */
  private static final String OF_THE_KEY = "x-ratelimit-";

  /** What resets sooner is a limit of what is asked at a time. */
  private static final Duration MIN_WINDOW = Duration.ofMinutes(10);

  /** A smaller number is no moment of this century. */
  private static final double MIN_EPOCH = 1e9;

  /** A greater one is in milliseconds. */
  private static final double MAX_SECONDS = 1e11;

  private static final double MAX_MILLISECONDS = 1e14;

  private final Clock clock;

  UsageHeaders(Clock clock) {
    this.clock = clock;
  }

  /** In no order. */
  List<UsageWindow> windows(HttpHeaders headers) {
    List<UsageWindow> windows = new ArrayList<>();
    OF_THE_LOGIN.forEach((window, name) -> {
      Double used = number(headers, UNIFIED + window + "-utilization");
      if (used != null) {
        windows.add(new UsageWindow(name, used, moment(headers, UNIFIED + window + "-reset")));
      }
    });
    Double limit = number(headers, OF_THE_KEY + "limit");
    Double remaining = number(headers, OF_THE_KEY + "remaining");
    Instant resetsAt = moment(headers, OF_THE_KEY + "reset");
    if (limit != null
        && limit > 0
        && remaining != null
        && resetsAt != null
        && !resetsAt.isBefore(clock.instant().plus(MIN_WINDOW))) {
      windows.add(new UsageWindow("requests", 1 - remaining / limit, resetsAt));
    }
    return windows;
  }

  private static @Nullable Double number(HttpHeaders headers, String name) {
    String value = headers.firstValue(name).orElse("").strip();
    return value.matches("\\d{1,15}(\\.\\d{1,20})?") ? Double.valueOf(value) : null;
  }

  /** Seconds or milliseconds since 1970, or a date; null for anything else. */
  private static @Nullable Instant moment(HttpHeaders headers, String name) {
    Double number = number(headers, name);
    if (number != null) {
      boolean isMoment = number >= MIN_EPOCH && number <= MAX_MILLISECONDS;
      return isMoment
          ? Instant.ofEpochMilli((long) (number > MAX_SECONDS ? number : number * 1000))
          : null;
    }
    try {
      return ZonedDateTime.parse(headers.firstValue(name).orElse("").strip()).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
