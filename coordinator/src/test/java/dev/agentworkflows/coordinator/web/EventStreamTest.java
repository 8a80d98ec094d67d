package dev.agentworkflows.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {

  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch looked = new CountDownLatch(1);
  private HttpServer server;

  /** Finds its news when the test lets it. */
  private final class SlowSource implements EventStream.Source {
    @Override
    public @Nullable String next() {
      try {
        return looked.await(30, TimeUnit.SECONDS) ? "1" : null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }

    @Override
    public boolean ended() {
      return true;
    }
  }

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try {
            new EventStream(exchange, closing, 20).stream(new SlowSource());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    looked.countDown();
    server.stop(0);
  }

  @Test
  void aLookThatTakesLongIsNoSilence() throws IOException {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    URLConnection connection = address.toURL().openConnection();
    connection.setReadTimeout(10_000);
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(List.of(line(reader), line(reader), line(reader)))
          .containsExactly(": still here", "", ": still here");
      looked.countDown();
      assertThat(reader.lines().filter(line -> line.startsWith("data: 1"))).hasSize(1);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String line(BufferedReader reader) throws IOException {
    return String.valueOf(reader.readLine());
  }
}
