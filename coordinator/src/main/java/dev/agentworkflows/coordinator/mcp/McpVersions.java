package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.json.Json;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The versions of the protocol that are spoken, and what is said where no session says it. */
final class McpVersions {

  /** The newest is offered to clients that ask for one that is not known. */
  static final List<String> ALL =
      List.of(
          ProtocolVersions.MCP_2024_11_05,
          ProtocolVersions.MCP_2025_03_26,
          ProtocolVersions.MCP_2025_06_18,
          ProtocolVersions.MCP_2025_11_25);

  private McpVersions() {}

  /** A JSON-RPC error that belongs to no request. */
  static String refusal(int code, String message) {
    ObjectNode document = Json.object().put("jsonrpc", "2.0").putNull("id");
    document.putObject("error").put("code", code).put("message", message);
    return Json.write(document);
  }

  /** For a request whose answer could not be written. */
  static String unanswerable(Object id) {
    return refusal(id, "the answer could not be written");
  }

  /** For a request that came while too many others were out. */
  static String busy(Object id) {
    return refusal(id, "too many requests are being answered; try again");
  }

  private static String refusal(Object id, String message) {
    ObjectNode document = Json.object().put("jsonrpc", "2.0");
    document.set("id", ToolResults.MAPPER.getJsonMapper().valueToTree(id));
    document.putObject("error").put("code", ErrorCodes.INTERNAL_ERROR).put("message", message);
    return Json.write(document);
  }
}
