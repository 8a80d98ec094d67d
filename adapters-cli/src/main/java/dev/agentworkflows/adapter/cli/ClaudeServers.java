package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.McpServer;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * MCP servers in the words of {@code --mcp-config}. The program itself puts variables in, so no
 * value of a script's stands on its command line.
 */
final class ClaudeServers {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ClaudeServers() {}

  static String configuration(List<McpServer> servers, ServerVariables variables) {
    ObjectNode document = JSON.createObjectNode();
    ObjectNode byName = document.putObject("mcpServers");
    for (McpServer server : servers) {
      ObjectNode entry = byName.putObject(server.name());
      if (server instanceof McpServer.Program program) {
        entry.put("type", "stdio").put("command", named(program.command(), variables));
        ArrayNode args = entry.putArray("args");
        program.args().forEach(arg -> args.add(named(arg, variables)));
        put(entry.putObject("env"), program.env(), variables);
      } else if (server instanceof McpServer.Remote remote) {
        entry.put("type", "http").put("url", named(remote.url(), variables));
        put(entry.putObject("headers"), remote.headers(), variables);
      }
    }
    return JSON.writeValueAsString(document);
  }

  private static void put(
      ObjectNode object, Map<String, String> values, ServerVariables variables) {
    values.forEach((name, value) -> object.put(name, named(value, variables)));
  }

  private static String named(String value, ServerVariables variables) {
    return "${" + variables.holding(value) + "}";
  }
}
