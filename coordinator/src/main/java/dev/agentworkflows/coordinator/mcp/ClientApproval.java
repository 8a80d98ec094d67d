package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.ScriptMeta;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.ElicitRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import java.time.Duration;
import java.util.Map;

/**
 * Asks the person at the client whether a script may start that requires approval. The model has no
 * say in it.
 */
final class ClientApproval implements RunHandle.Approval {

  /** People may be away for lunch; a run that nobody approves must not wait forever. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  private final McpAsyncServerExchange exchange;

  ClientApproval(McpAsyncServerExchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public void ask(ScriptMeta meta) {
    String name = meta.name() == null ? "this workflow" : "'" + meta.name() + "'";
    ClientCapabilities client = exchange.getClientCapabilities();
    if (client == null || client.elicitation() == null) {
      throw new RefusedException(
          name
              + " requires a person's approval, and this client can't ask for it.\n"
              + "Ask the user to start it on a terminal: owf run SCRIPT, or with --yes.");
    }
    String does = meta.mutatesFiles() ? " It says that it changes files." : "";
    ElicitResult result =
        exchange
            .createElicitation(
                ElicitRequest.builder(
                        name + " requires approval." + does + " Start it?",
                        Map.of("type", "object", "properties", Map.of()))
                    .build())
            .block(PATIENCE);
    if (result == null || result.action() != ElicitResult.Action.ACCEPT) {
      throw new RefusedException("not approved: " + name + " was not started.");
    }
  }
}
