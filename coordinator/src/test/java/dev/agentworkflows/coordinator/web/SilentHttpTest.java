package dev.agentworkflows.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.agentworkflows.coordinator.http.LocalHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections to what `ui` and `mcp --http` listen on, of which nothing is known. */
@Timeout(120)
@Tag("slow")
class SilentHttpTest {

  private HttpServer server;
  private ThreadPoolExecutor threads;
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    LocalHttp.setBounds();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = LocalHttp.threads("test-http");
    server.setExecutor(threads);
    server.createContext(
        "/",
        http -> {
          http.sendResponseHeaders(204, -1);
          http.close();
        });
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.stop(0);
    threads.shutdownNow();
  }

  private Socket connect(String begin) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getAddress().getPort());
    sockets.add(socket);
    try {
      socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // It was refused at once.
    }
    return socket;
  }

  private boolean isAnswered() throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), server.getAddress().getPort())) {
      socket.setSoTimeout(2_000);
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(12);
      return new String(answer, StandardCharsets.US_ASCII).equals("HTTP/1.1 204");
    } catch (IOException e) {
      return false;
    }
  }

  private void assertAnsweredWithin(Duration time) throws IOException {
    long end = System.nanoTime() + time.toNanos();
    boolean answered = isAnswered();
    while (!answered && System.nanoTime() < end) {
      answered = isAnswered();
    }
    assertThat(answered).isTrue();
  }

  @Test
  void silentOnesKeepNobodyOutForLong() throws IOException {
    for (int i = 0; i < 2_000; i++) {
      connect("");
    }
    assertAnsweredWithin(Duration.ofSeconds(10));
  }

  @Test
  void halfRequestsKeepNobodyOutForLongAndTakeFewThreads() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      connect("GET / HTTP/1.1\r\nHost: ");
    }
    assertAnsweredWithin(Duration.ofSeconds(10));
    assertThat(threads.getLargestPoolSize()).isLessThanOrEqualTo(200);
  }
}
