package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.UsageWindow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What {@code codex} says of how much of its login's windows is used: the {@code rate_limits} that
 * it has from its provider's headers. Earlier versions tell them with {@code token_count} events,
 * in an envelope; not every version prints them.
 */
final class CodexWindows {

  /** Limits with another name are of one model. */
  private static final String OF_THE_LOGIN = "codex";

  /** By their length in minutes; one of another length is called as the program calls it. */
  private static final Map<Long, String> NAMES =
      Map.of(300L, "five_hour", Duration.ofDays(7).toMinutes(), "seven_day");

  private static final long MAX_SECONDS = Duration.ofDays(32).toSeconds();

  private CodexWindows() {}

  /** Of any event; in no order. */
  static List<UsageWindow> in(JsonNode event, Clock clock) {
    List<UsageWindow> windows = new ArrayList<>();
    for (JsonNode holder : List.of(event, event.path("msg"), event.path("payload"))) {
      JsonNode limits = holder.path("rate_limits");
      if (limits.path("limit_id").asString(OF_THE_LOGIN).equals(OF_THE_LOGIN)) {
        add(windows, "primary", limits.path("primary"), clock);
        add(windows, "secondary", limits.path("secondary"), clock);
      }
    }
    return windows;
  }

  private static void add(List<UsageWindow> windows, String name, JsonNode window, Clock clock) {
    JsonNode used = window.path("used_percent");
    JsonNode minutes = window.path("window_minutes");
    if (used.isNumber()) {
      windows.add(
          new UsageWindow(
              minutes.isIntegralNumber() && minutes.canConvertToLong()
                  ? NAMES.getOrDefault(minutes.longValue(), name)
                  : name,
              used.asDouble(Double.NaN) / 100,
              resetsAt(window, clock)));
    }
  }

  private static @Nullable Instant resetsAt(JsonNode window, Clock clock) {
    Instant at = ClaudeLimit.epoch(window.path("resets_at"));
    JsonNode in = window.path("resets_in_seconds");
    long seconds = in.isNumber() ? in.asLong(0) : 0;
    return at == null && seconds > 0 && seconds <= MAX_SECONDS
        ? clock.instant().plusSeconds(seconds)
        : at;
  }
}
