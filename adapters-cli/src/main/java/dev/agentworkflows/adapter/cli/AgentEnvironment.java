package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AgentCall;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The environment of an agent's program: the coordinator's own, and the program's keys. */
public final class AgentEnvironment {

  /**
   * What an agent program tells the programs that it starts about itself. Who finds such a mark
   * takes itself for a part of that session, and may refuse to start.
   */
  private static final Set<String> ENCLOSING_SESSION =
      Set.of(
          "CLAUDECODE",
          "CLAUDE_CODE_ENTRYPOINT",
          "CLAUDE_CODE_SSE_PORT",
          "CLAUDE_CODE_SESSION_ID",
          "CODEX_CI",
          "CODEX_INTERNAL_ORIGINATOR_OVERRIDE",
          "CODEX_SANDBOX",
          "CODEX_SANDBOX_NETWORK_DISABLED",
          "CODEX_THREAD_ID");

  private AgentEnvironment() {}

  /**
   * All of it; the caller may add to the map.
   *
   * @param secrets the program's own, by the names of their variables
   */
  public static Map<String, String> of(
      AgentCall call, AdapterContext context, Map<String, String> secrets) {
    Map<String, String> environment = new HashMap<>(context.environment());
    environment.keySet().removeAll(ENCLOSING_SESSION);
    environment.putAll(secrets);
    Path worktree = call.worktree();
    if (worktree != null && worktree.getParent() != null) {
      // A worktree whose .git file is damaged must not lead git up into the user's own checkout.
      environment.put("GIT_CEILING_DIRECTORIES", worktree.getParent().toString());
    }
    return environment;
  }
}
