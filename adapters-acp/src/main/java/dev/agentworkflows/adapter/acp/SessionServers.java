package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.spi.McpServer;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** MCP servers in the words of {@code session/new}. */
final class SessionServers {

  private SessionServers() {}

  static void addTo(ArrayNode list, List<McpServer> servers) {
    for (McpServer server : servers) {
      ObjectNode entry = list.addObject();
      if (server instanceof McpServer.Program program) {
        entry.put("name", server.name()).put("command", program.command());
        program.args().forEach(entry.putArray("args")::add);
        pairs(entry.putArray("env"), program.env());
      } else if (server instanceof McpServer.Remote remote) {
        entry.put("type", "http").put("name", server.name()).put("url", remote.url());
        pairs(entry.putArray("headers"), remote.headers());
      }
    }
  }

  private static void pairs(ArrayNode list, Map<String, String> values) {
    values.forEach((name, value) -> list.addObject().put("name", name).put("value", value));
  }
}
