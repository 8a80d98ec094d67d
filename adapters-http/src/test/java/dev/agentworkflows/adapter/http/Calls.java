package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AgentCall;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Variations of a call. */
public final class Calls {

  private Calls() {}

  public static AgentCall within(Duration timeout, AgentCall call) {
    return copy(call, call.schemaJson(), call.model(), call.mutating(), timeout);
  }

  public static AgentCall withSchema(String schemaJson, AgentCall call) {
    return copy(call, schemaJson, call.model(), call.mutating(), call.timeout());
  }

  public static AgentCall withModel(String model, AgentCall call) {
    return copy(call, call.schemaJson(), model, call.mutating(), call.timeout());
  }

  public static AgentCall mutating(AgentCall call) {
    return copy(call, call.schemaJson(), call.model(), true, call.timeout());
  }

  private static AgentCall copy(
      AgentCall call,
      @Nullable String schemaJson,
      @Nullable String model,
      boolean mutating,
      Duration timeout) {
    return new AgentCall(
        call.callId(),
        call.prompt(),
        schemaJson,
        model,
        call.agentType(),
        call.workingDirectory(),
        call.worktree(),
        mutating,
        call.readScope(),
        call.writeScope(),
        call.permissionsJson(),
        call.metadataJson(),
        timeout,
        call.conversation());
  }
}
