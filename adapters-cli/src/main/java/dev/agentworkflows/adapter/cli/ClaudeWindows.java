package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.UsageWindow;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a {@code rate_limit_event} says of how much of its login's windows is used. */
public final class ClaudeWindows {

  private static final String FIVE_HOUR = "five_hour";

  /** Those of the whole login: the others are of one model, or are paid for apart. */
  private static final List<String> OF_THE_LOGIN = List.of(FIVE_HOUR, "seven_day");

  /** The program warns of the five hours from 0.9 on, and of the week from far less. */
  private static final double WARNED = 0.95;

  private ClaudeWindows() {}

  /** In no order; the field that is about the window by name counts before the general one. */
  public static List<UsageWindow> in(JsonNode info) {
    Map<String, UsageWindow> windows = new LinkedHashMap<>();
    String type = info.path("rateLimitType").asString("");
    if (OF_THE_LOGIN.contains(type)) {
      boolean warned = info.path("status").asString("").equals("allowed_warning");
      Double used = number(info.path("utilization"));
      if (used == null && warned && type.equals(FIVE_HOUR)) {
        used = WARNED;
      }
      add(windows, type, used, ClaudeLimit.epoch(info.path("resetsAt")));
    }
    for (String name : OF_THE_LOGIN) {
      JsonNode window = info.path("unifiedWindows").path(name);
      Instant resetsAt = ClaudeLimit.epoch(window.path("resetsAt"));
      boolean general = resetsAt == null && name.equals(type);
      add(
          windows,
          name,
          number(window.path("utilization")),
          general ? ClaudeLimit.epoch(info.path("resetsAt")) : resetsAt);
    }
    return List.copyOf(windows.values());
  }

  private static void add(
      Map<String, UsageWindow> windows,
      String name,
      @Nullable Double used,
      @Nullable Instant resetsAt) {
    if (used != null) {
      windows.put(name, new UsageWindow(name, used, resetsAt));
    }
  }

  private static @Nullable Double number(JsonNode number) {
    return number.isNumber() ? Double.valueOf(number.asDouble(Double.NaN)) : null;
  }
}
