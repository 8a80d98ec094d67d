package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * A provider that was to answer a call and could not, so that another one was asked.
 *
 * @param error for people; redacted
 */
public record TriedProvider(
    String provider, @Nullable String model, String kind, @Nullable String error) {

  /** Why a provider can't answer now. */
  public enum Kind {
    /** Its login has reached a limit that fills again by itself. */
    USAGE_LIMITED,
    /** Its account has no money or no quota left. */
    EXHAUSTED,
    /** It refuses because too much is asked of it, also after all retries. */
    RATE_LIMITED,
    /** It is overloaded or broken, also after all retries. */
    OVERLOADED,
    /** It could not be reached, also after all retries. */
    NOT_REACHED,
    /** It can't be asked from here: unknown, without its program, key, model or price. */
    UNAVAILABLE;

    /** As records show it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** For people: {@code claude (usage_limited): it has reached …}. */
  public String text() {
    return provider + " (" + kind + ")" + (error == null ? "" : ": " + error);
  }

  static String json(List<TriedProvider> tried) {
    ArrayNode list = Json.array();
    tried.forEach(one ->
        list.addObject()
            .put("provider", one.provider)
            .put("model", one.model)
            .put("kind", one.kind)
            .put("error", one.error));
    return Json.write(list);
  }

  /**
   * Those that a record names, in order.
   *
   * @param json what the store has; where it makes no sense, there are none
   */
  public static List<TriedProvider> of(@Nullable String json) {
    List<TriedProvider> tried = new ArrayList<>();
    if (json == null) {
      return tried;
    }
    try {
      for (JsonNode one : Json.read(json)) {
        tried.add(
            new TriedProvider(
                one.path("provider").asString("?"),
                text(one.path("model")),
                one.path("kind").asString("?"),
                text(one.path("error"))));
      }
    } catch (JsonTextException e) {
      return List.of();
    }
    return tried;
  }

  private static @Nullable String text(JsonNode value) {
    return value.isString() ? value.asString() : null;
  }
}
