package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Effort;
import java.time.Duration;
import java.util.List;

/** Variations of a call. */
public final class Calls {

  private Calls() {}

  public static AgentCall within(Duration timeout, AgentCall call) {
    return call.toBuilder().timeout(timeout).build();
  }

  public static AgentCall withSchema(String schemaJson, AgentCall call) {
    return call.toBuilder().schema(schemaJson).build();
  }

  public static AgentCall withModel(String model, AgentCall call) {
    return call.toBuilder().model(model).build();
  }

  public static AgentCall withOptions(CallOptions options, AgentCall call) {
    return call.toBuilder().options(options).build();
  }

  /** Options with all that goes to a model. */
  public static CallOptions options(String system, Effort effort) {
    return new CallOptions(system, effort, null, List.of(), List.of(image(), pdf()));
  }

  private static AttachedFile image() {
    return new AttachedFile("a.png", AttachedFile.Type.PNG, new byte[] {1, 2, 3});
  }

  private static AttachedFile pdf() {
    return new AttachedFile("b.pdf", AttachedFile.Type.PDF, new byte[] {4, 5, 6});
  }

  public static AgentCall mutating(AgentCall call) {
    return call.toBuilder().mutating(true).build();
  }
}
