package dev.agentworkflows.testkit;

import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.CallOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls as a coordinator would make them. */
public final class TestCalls {

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private TestCalls() {}

  /** A call that may only read. */
  public static AgentCall reading(Path directory, String prompt) {
    return call(directory, prompt, false);
  }

  /** A call that may edit what is below its directory. */
  public static AgentCall editing(Path directory, String prompt) {
    return call(directory, prompt, true);
  }

  /** The same call, whose answer has to satisfy a schema. */
  public static AgentCall withSchema(AgentCall call, String schemaJson) {
    return call.toBuilder().schema(schemaJson).build();
  }

  /** The same call, which asks for more than an answer. */
  public static AgentCall withOptions(AgentCall call, CallOptions options) {
    return call.toBuilder().options(options).build();
  }

  private static AgentCall call(Path directory, String prompt, boolean mutating) {
    return new AgentCall(
        "run_20260101_000000_aaaaaa_call_%04d".formatted(NUMBERS.incrementAndGet()),
        prompt,
        null,
        null,
        null,
        directory,
        null,
        mutating,
        List.of(),
        mutating ? List.of(".") : List.of(),
        null,
        null,
        Duration.ofMinutes(1));
  }
}
