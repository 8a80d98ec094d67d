package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.testkit.RunningCall;
import dev.agentworkflows.testkit.TestCalls;
import dev.agentworkflows.testkit.TestContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** An adapter, and the endpoint on loopback that it asks. */
public final class ScriptedProvider implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LoopbackServer server;
  private final Adapter adapter;

  private ScriptedProvider(LoopbackServer server, Adapter adapter) {
    this.server = server;
    this.adapter = adapter;
  }

  public static ScriptedProvider start(
      AdapterFactory factory, String secretName, Map<String, String> settings) throws Exception {
    LoopbackServer server = LoopbackServer.start();
    TestContext context =
        TestContext.empty()
            .withSettings(Map.of("base_url", server.url()))
            .withSettings(settings)
            .withSecret(secretName, "key-of-" + secretName);
    return new ScriptedProvider(server, factory.create(context));
  }

  public LoopbackServer server() {
    return server;
  }

  public static AgentCall call() {
    return TestCalls.reading(Path.of("."), "how many?");
  }

  public static AgentCall call(String schemaJson) {
    return Calls.withSchema(schemaJson, call());
  }

  public AgentReply reply(AgentCall call) throws Exception {
    return RunningCall.start(adapter, call).reply(PATIENCE);
  }

  public AdapterException failure(AgentCall call) throws Exception {
    return RunningCall.start(adapter, call).adapterException(PATIENCE);
  }

  /** The reply to a call without a schema that is answered with this JSON. */
  public AgentReply replyTo(String answer) throws Exception {
    server.answer(LoopbackServer.json(answer));
    return reply(call());
  }

  /** How a call without a schema fails that is answered with this JSON. */
  public AdapterException failureOf(String answer) throws Exception {
    server.answer(LoopbackServer.json(answer));
    return failure(call());
  }

  @Override
  public void close() {
    adapter.close();
    server.close();
  }
}
