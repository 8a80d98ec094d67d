package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.json.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The arguments of a script's {@code main} that are asked for.
 *
 * @param json a JSON object in the place of what there is otherwise; null for that
 * @param added strings beside those, or in their place, by name
 */
public record RunArguments(@Nullable String json, Map<String, String> added) {

  private static final String NONE = "{}";

  /** Takes nothing from an earlier run. */
  String fresh() {
    return json == null && added.isEmpty() ? NONE : over(NONE);
  }

  /**
   * What is asked for, and for the rest what an earlier run had.
   *
   * @param earlier a JSON object
   */
  String over(String earlier) {
    if (json != null && added.isEmpty()) {
      return json;
    }
    ObjectNode all = (ObjectNode) Json.read(json == null ? earlier : json);
    added.forEach(all::put);
    return Json.write(all);
  }
}
