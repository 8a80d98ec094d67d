package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.budget.TokenEstimate;
import dev.agentworkflows.spi.AgentCall;

/** How many tokens a call's prompt takes, schema included: estimated once, when first asked. */
final class PromptSize {

  /** Roles, names, separators. */
  private static final int AROUND_IT = 8;

  private final AgentCall call;
  private long tokens = -1;

  PromptSize(AgentCall call) {
    this.call = call;
  }

  synchronized long tokens() {
    if (tokens < 0) {
      tokens = TokenEstimate.of(call.prompt());
      if (call.schemaJson() != null) {
        tokens += TokenEstimate.of(call.schemaJson()) + AROUND_IT;
      }
    }
    return tokens;
  }
}
