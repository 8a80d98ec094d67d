package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.spi.AgentSession;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How an agent goes on in a session that it has kept: the best of what it says that it can. */
enum Reopening {
  /** In a copy; a draft of the protocol's. */
  FORK("session/fork"),
  /** In the session itself. */
  RESUME("session/resume"),
  /** In the session itself, of which it first repeats all that was said. */
  LOAD("session/load"),
  NONE("");

  private final String method;

  Reopening(String method) {
    this.method = method;
  }

  String method() {
    return method;
  }

  static Reopening of(JsonNode capabilities) {
    JsonNode ofSessions = capabilities.path("sessionCapabilities");
    if (ofSessions.path("fork").isObject()) {
      return FORK;
    }
    if (ofSessions.path("resume").isObject()) {
      return RESUME;
    }
    return capabilities.path("loadSession").asBoolean(false) ? LOAD : NONE;
  }

  /** Whether a session may be gone on in: one that others may go on in as well only in a copy. */
  boolean fits(AgentSession session) {
    return this == FORK || (this != NONE && session.once());
  }

  /** What a later call needs to know of a session; null when there is no way back to it. */
  @Nullable AgentSession kept(String id) {
    return this == NONE ? null : new AgentSession(id, this != FORK);
  }
}
