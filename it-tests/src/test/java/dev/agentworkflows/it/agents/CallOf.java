package dev.agentworkflows.it.agents;

import dev.agentworkflows.spi.AgentCall;

/** A call like another, but for one thing. */
final class CallOf {

  private CallOf() {}

  static AgentCall agentType(AgentCall call, String agentType) {
    return call.toBuilder().agentType(agentType).build();
  }

  static AgentCall model(AgentCall call, String model) {
    return call.toBuilder().model(model).build();
  }

  static AgentCall permissions(AgentCall call, String json) {
    return call.toBuilder().permissions(json).build();
  }
}
