package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.CallContext;
import java.util.Set;

/**
 * {@code codex exec}. Its sandbox, which the operating system enforces, keeps a read-only call from
 * writing, and a mutating one inside its directory.
 */
final class CodexProgram implements AgentProgram {

  @Override
  public String name() {
    return "codex";
  }

  @Override
  public String install() {
    return "npm install -g @openai/codex";
  }

  @Override
  public Set<String> secrets() {
    return CodexAdapterFactory.KEYS;
  }

  @Override
  public AgentEventParser open(AgentCall call, CallContext context) throws AdapterException {
    Permissions.of(call.permissionsJson(), "codex", Set.of());
    return new CodexConversation(call, ProgramSession.of(call, "codex"), context);
  }
}
