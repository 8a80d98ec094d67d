package dev.agentworkflows.coordinator.web;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all open tabs of a browser want to know, on one connection: a browser has six for a host. A
 * document is a list of what changed by topic: {@code runs}, or a run's id.
 */
final class SharedFeed implements EventStream.Source {

  /** The topic of the list of runs. */
  static final String RUNS = "runs";

  private final Map<String, EventStream.Source> sources = new LinkedHashMap<>();

  /** Topics that there are not, and why; told once. */
  private final Map<String, String> unknown;

  /**
   * Of these topics.
   *
   * @param unknown a JSON string for each topic that is asked for in vain
   */
  SharedFeed(Map<String, EventStream.Source> sources, Map<String, String> unknown) {
    this.sources.putAll(sources);
    this.unknown = new LinkedHashMap<>(unknown);
  }

  @Override
  public @Nullable String next() {
    List<String> news = new ArrayList<>();
    unknown.forEach((topic, why) -> news.add(about(topic, "trouble", why)));
    unknown.clear();
    for (Map.Entry<String, EventStream.Source> each : List.copyOf(sources.entrySet())) {
      String topic = each.getKey();
      EventStream.Source source = each.getValue();
      String changed = source.next();
      if (changed != null) {
        news.add(about(topic, "news", changed));
      }
      if (source.ended()) {
        news.add(about(topic, "end", "true"));
        sources.remove(topic);
      }
    }
    return news.isEmpty() ? null : "[" + String.join(",", news) + "]";
  }

  /** Topics are names of letters and digits. */
  private static String about(String topic, String what, String json) {
    return "{\"topic\":\"" + topic + "\",\"" + what + "\":" + json + "}";
  }

  @Override
  public boolean ended() {
    return sources.isEmpty();
  }
}
