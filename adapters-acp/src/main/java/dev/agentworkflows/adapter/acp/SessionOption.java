package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.spi.Effort;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A choice that a new session offers: its mode, its model, or how much that thinks.
 *
 * @param method what changes it
 * @param params what the method is told, but for the session
 * @param parameter the name of the chosen value in it
 * @param current null when the session does not say
 */
record SessionOption(
    String method,
    ObjectNode params,
    String parameter,
    Set<String> values,
    @Nullable String current) {

  static @Nullable SessionOption mode(JsonNode session) {
    SessionOption option = configured(session, "mode");
    return option != null ? option : listed(session.path("modes"), "Mode");
  }

  static @Nullable SessionOption model(JsonNode session) {
    SessionOption option = configured(session, "model");
    return option != null ? option : listed(session.path("models"), "Model");
  }

  /** How much the model is to think; the category is the protocol's. */
  static @Nullable SessionOption effort(JsonNode session) {
    return configured(session, "thought_level");
  }

  /** The nearest of its values, the lower one first; null when it has none of them. */
  @Nullable String nearest(Effort wanted) {
    Effort[] levels = Effort.values();
    for (int i = wanted.ordinal(); i >= 0; i--) {
      if (values.contains(levels[i].label())) {
        return levels[i].label();
      }
    }
    for (int i = wanted.ordinal() + 1; i < levels.length; i++) {
      if (values.contains(levels[i].label())) {
        return levels[i].label();
      }
    }
    return null;
  }

  /** The current value of a category among these options; null when there is none. */
  static @Nullable String current(JsonNode holder, String category) {
    SessionOption option = configured(holder, category);
    return option == null ? null : option.current();
  }

  private static @Nullable SessionOption configured(JsonNode holder, String category) {
    for (JsonNode option : holder.path("configOptions")) {
      String id = option.path("id").asString("");
      if (option.path("category").asString(id).equals(category)
          && option.path("options").isArray()) {
        Set<String> values = new LinkedHashSet<>();
        addValues(option.path("options"), values);
        return new SessionOption(
            "session/set_config_option",
            Peer.object().put("configId", id),
            "value",
            values,
            option.path("currentValue").asString(null));
      }
    }
    return null;
  }

  /** Options may be grouped. */
  private static void addValues(JsonNode options, Set<String> values) {
    for (JsonNode option : options) {
      if (option.path("options").isArray()) {
        addValues(option.path("options"), values);
      } else {
        values.add(option.path("value").asString(""));
      }
    }
  }

  /** Older than the options, and still the only way of some agents. */
  private static @Nullable SessionOption listed(JsonNode state, String what) {
    String id = Character.toLowerCase(what.charAt(0)) + what.substring(1) + "Id";
    JsonNode available = state.path("available" + what + "s");
    if (!available.isArray()) {
      return null;
    }
    Set<String> values = new LinkedHashSet<>();
    available.forEach(value -> values.add(value.path(value.has(id) ? id : "id").asString("")));
    return new SessionOption(
        "session/set_" + what.toLowerCase(java.util.Locale.ROOT),
        Peer.object(),
        id,
        values,
        state.path("current" + what + "Id").asString(null));
  }
}
