package com.example.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.AdapterContract;
import dev.agentworkflows.testkit.Backend;
import dev.agentworkflows.testkit.RunningCall;
import dev.agentworkflows.testkit.TestCalls;
import dev.agentworkflows.testkit.TestContext;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every adapter must do, and what this one does besides. */
class WebhookAdapterTest extends AdapterContract {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  protected AdapterFactory factory() {
    return new WebhookAdapterFactory();
  }

  @Override
  protected String secretName() {
    return WebhookAdapter.TOKEN;
  }

  @Override
  protected Backend startBackend(Path directory) throws IOException {
    return new Endpoint();
  }

  @Test
  void withoutAUrlItSaysWhichVariableToSet() {
    assertThatThrownBy(() -> factory().create(TestContext.empty()))
        .isInstanceOf(AdapterException.class)
        .hasMessageContaining("OWF_PROVIDER_WEBHOOK_URL");
  }

  @Test
  void whereNobodyListensNothingWasSent(@TempDir Path directory) throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    TestContext nowhere =
        TestContext.empty().withSettings(Map.of("url", "http://127.0.0.1:" + port + "/"));

    try (Adapter adapter = factory().create(nowhere)) {
      RunningCall call = RunningCall.start(adapter, TestCalls.editing(directory, "hello"));
      assertThat(call.adapterException(PATIENCE).kind()).isEqualTo(Kind.NOT_SENT);
    }
  }
}
