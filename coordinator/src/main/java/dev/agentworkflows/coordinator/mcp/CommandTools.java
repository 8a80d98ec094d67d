package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import dev.agentworkflows.coordinator.mcp.Workbench.Printed;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What tools that are a command each have in common. */
final class CommandTools {

  private final Workbench workbench;

  CommandTools(Workbench workbench) {
    this.workbench = workbench;
  }

  /** The document that a command prints. */
  JsonNode json(String... words) {
    List<String> asJson = new ArrayList<>(List.of(words));
    asJson.add("--json");
    return Json.read(fine(asJson.toArray(String[]::new)).out());
  }

  /** What the command printed; refuses with its own words where it failed. */
  Printed fine(String... words) {
    Printed printed = workbench.command(List.of(words));
    if (printed.exitCode() != 0) {
      throw new RefusedException(problem(printed));
    }
    return printed;
  }

  private static String problem(Printed printed) {
    try {
      JsonNode error = Json.read(printed.out()).get("error");
      if (error != null && error.isString()) {
        return inTools(error.stringValue());
      }
    } catch (JsonTextException e) {
      // It is told on the other stream only.
    }
    return inTools(printed.err().strip());
  }

  /** The commands that messages name, by the names that a client has for them. */
  private static String inTools(String message) {
    return message
        .replace("`runs` lists", "owf_list_runs lists")
        .replace("`calls RUN` lists", "owf_status lists");
  }
}
