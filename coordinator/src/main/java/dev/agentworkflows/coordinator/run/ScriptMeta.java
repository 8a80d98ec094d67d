package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a script said with {@code meta()}.
 *
 * @param name null when it said nothing
 */
public record ScriptMeta(
    @Nullable String name,
    @Nullable String description,
    List<String> phases,
    boolean mutatesFiles,
    boolean approvalRequired) {

  public ScriptMeta {
    phases = List.copyOf(phases);
  }

  ObjectNode json() {
    ObjectNode json = Json.object();
    json.put("name", name);
    json.put("description", description);
    phases.forEach(json.putArray("phases")::add);
    json.put("mutates_files", mutatesFiles);
    json.put("approval_required", approvalRequired);
    return json;
  }
}
