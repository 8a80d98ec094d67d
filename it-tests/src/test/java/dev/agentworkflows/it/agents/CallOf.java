package dev.agentworkflows.it.agents;

import dev.agentworkflows.spi.AgentCall;
import org.jspecify.annotations.Nullable;

/** A call like another, but for one thing. */
final class CallOf {

  private CallOf() {}

  static AgentCall agentType(AgentCall call, String agentType) {
    return copy(call, call.model(), agentType, call.permissionsJson());
  }

  static AgentCall model(AgentCall call, String model) {
    return copy(call, model, call.agentType(), call.permissionsJson());
  }

  static AgentCall permissions(AgentCall call, String json) {
    return copy(call, call.model(), call.agentType(), json);
  }

  private static AgentCall copy(
      AgentCall call,
      @Nullable String model,
      @Nullable String agentType,
      @Nullable String permissions) {
    return new AgentCall(
        call.callId(),
        call.prompt(),
        call.schemaJson(),
        model,
        agentType,
        call.workingDirectory(),
        call.worktree(),
        call.mutating(),
        call.readScope(),
        call.writeScope(),
        permissions,
        call.metadataJson(),
        call.timeout());
  }
}
