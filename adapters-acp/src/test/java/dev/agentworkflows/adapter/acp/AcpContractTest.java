package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.AdapterContract;
import dev.agentworkflows.testkit.Backend;
import dev.agentworkflows.testkit.Behaviour;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

class AcpContractTest extends AdapterContract {

  private static final String KEY = "TEST_KEY";

  @Override
  protected AdapterFactory factory() {
    return new AcpAdapterFactory();
  }

  @Override
  protected String secretName() {
    return KEY;
  }

  @Override
  protected Backend startBackend(Path directory) {
    return new AgentBackend(directory);
  }

  private record AgentBackend(Path directory) implements Backend {

    @Override
    public Map<String, String> settings() {
      return Map.of(
          "command",
          ScriptedAgent.command(directory, List.of("AGENT_DIRECTORY=" + directory)),
          "api_key_env",
          KEY,
          "read_only_mode",
          "plan");
    }

    @Override
    public void behave(Behaviour behaviour) {
      try {
        Files.writeString(directory.resolve("behaviour"), behaviour.name());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void awaitRequest(Duration atMost) throws TimeoutException {
      long end = System.nanoTime() + atMost.toNanos();
      while (!Files.exists(directory.resolve("requested"))) {
        if (System.nanoTime() - end > 0) {
          throw new TimeoutException("no request came");
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
    }

    @Override
    public void close() {}
  }
}
