package dev.agentworkflows.coordinator.option;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.spi.Effort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Options of a call that make sense. Of files it holds what tells them apart, of MCP servers what
 * the script wrote: contents and the values of variables are looked up when the provider is asked.
 */
public record CheckedOptions(
    @Nullable String system,
    @Nullable Effort effort,
    @Nullable List<String> tools,
    List<DeclaredServer> mcpServers,
    List<NamedFile> files) {

  public static final CheckedOptions NONE =
      new CheckedOptions(null, null, null, List.of(), List.of());

  public CheckedOptions {
    tools = tools == null ? null : List.copyOf(tools);
    mcpServers = List.copyOf(mcpServers);
    files = List.copyOf(files);
  }

  /** Whether they ask for nothing. */
  public boolean areNone() {
    // Written out: the first use of a record's own `equals` takes milliseconds of a start.
    return system == null
        && effort == null
        && tools == null
        && mcpServers.isEmpty()
        && files.isEmpty();
  }

  /** What of them an answer depends on, by the options' names; nothing for what is not used. */
  public Map<String, JsonNode> keyParts() {
    if (areNone()) {
      return Map.of();
    }
    Map<String, JsonNode> parts = new LinkedHashMap<>();
    if (system != null) {
      parts.put("system", StringNode.valueOf(system));
    }
    if (effort != null) {
      parts.put("effort", StringNode.valueOf(effort.label()));
    }
    if (tools != null) {
      ArrayNode names = Json.array();
      tools.stream().distinct().sorted().forEach(names::add); // A set: their order means nothing.
      parts.put("tools", names);
    }
    if (!mcpServers.isEmpty()) {
      ObjectNode servers = Json.object();
      mcpServers.forEach(server -> servers.set(server.name(), server.declaration()));
      parts.put("mcp_servers", servers);
    }
    if (!files.isEmpty()) {
      ArrayNode named = Json.array();
      files.forEach(
          file -> named.addObject().put("path", file.path()).put("sha256", file.sha256()));
      parts.put("files", named);
    }
    return parts;
  }

  /** How many tokens they take, roughly: for a reservation before anything is known. */
  public long estimatedTokens() {
    return files.stream().mapToLong(NamedFile::estimatedTokens).sum();
  }
}
