package dev.agentworkflows.coordinator.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.agentworkflows.coordinator.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PriceDownloadTest {

  private static final String TABLE =
      "{\"prices\": [{\"model\": \"m\", \"input\": %d, \"output\": 2}]}";

  /** Answers a request. */
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  @TempDir private Path directory;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private PriceFiles files;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    files =
        PriceFiles.of(Map.of("OWF_PRICES_FILE", directory.resolve("new/prices.json").toString()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(int status, String body) {
    answer(exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    });
  }

  private void answer(Answer answer) {
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            answer.to(exchange);
          }
        });
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/prices?token=secret";
  }

  private PriceDownload download() {
    return PriceDownload.from(url(), Duration.ofSeconds(5));
  }

  private void assertFails(String problem) {
    assertThatThrownBy(() -> download().text())
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith(
            "no prices from http://127.0.0.1:" + server.getAddress().getPort() + "/prices: ")
        .hasMessageContaining(problem)
        .hasMessageEndingWith("The prices stay as they were.")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aTableIsFetchedAndUsedAndTheOneBeforeIsKept() throws IOException {
    answer(200, TABLE.formatted(1));
    String text = download().text();

    assertThat(files.refresh("it", text)).isEqualTo(1);
    assertThat(files.refreshed()).hasContent(text);
    assertThat(files.previous()).doesNotExist();
    assertThat(files.refresh("it", TABLE.formatted(9))).isEqualTo(1);
    assertThat(files.refreshed()).hasContent(TABLE.formatted(9));
    assertThat(files.previous()).hasContent(text);
    assertThat(files.own()).doesNotExist();
    for (Path file : new Path[] {files.refreshed(), files.previous()}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void whatIsNoTableChangesNothing() throws IOException {
    files.refresh("it", TABLE.formatted(1));

    for (String wrong :
        new String[] {"{\"prices\": [{\"model\": \"m\"}]}", "{\"prices\": []}", ""}) {
      assertThatThrownBy(() -> files.refresh("what it gave", wrong))
          .isInstanceOf(RefusedException.class)
          .hasMessageStartingWith("what it gave");
    }
    assertThat(files.refreshed()).hasContent(TABLE.formatted(1));
    assertThat(files.previous()).doesNotExist();
  }

  @Test
  void aWebPageIsToldAsOne() {
    answer(200, "\n<!DOCTYPE html><title>Sign in</title>");
    assertFails("it is a web page, where a table in JSON was expected");
  }

  @Test
  void aWrongStatusIsTold() {
    answer(404, "{}");
    assertFails("it answered with status 404");
  }

  @Test
  void aRedirectIsNotFollowed() {
    answer(exchange -> {
      exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/");
      exchange.sendResponseHeaders(302, -1);
    });
    assertFails("it answered with a redirect (status 302)");
  }

  @Test
  void aTableThatIsCutShortIsRefused() {
    answer(exchange -> {
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write(TABLE.formatted(1).getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      throw new IOException("gone");
    });
    assertFails("the connection failed or ended too early");
  }

  @Test
  void aBodyThatNeverEndsIsGivenUp() {
    answer(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
      while (true) {
        exchange.getResponseBody().write(spaces);
      }
    });
    assertFails("it is larger than 4 MiB");
  }

  @Test
  void aServerThatStallsIsGivenUp() {
    CountDownLatch over = new CountDownLatch(1);
    answer(exchange -> {
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      await(over);
    });
    try {
      assertThatThrownBy(() -> PriceDownload.from(url(), Duration.ofSeconds(1)).text())
          .hasMessageContaining("it was not there within 1 s");
    } finally {
      over.countDown();
    }
  }

  private static void await(CountDownLatch over) throws IOException {
    try {
      if (!over.await(30, TimeUnit.SECONDS)) {
        throw new IOException("nobody came");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void nobodyThereIsTold() {
    server.stop(0);
    assertFails("the connection failed or ended too early");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/prices.json",
        "http://127.0.0.1.example.com/",
        "http://localhost.example.com/",
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "https:///nohost",
        "https://user:secret@example.com/",
        "prices.json",
        "https://exa mple.com/",
        ""
      })
  void otherAddressesAreRefusedBeforeAnythingIsSent(String url) {
    assertThatThrownBy(() -> PriceDownload.from(url))
        .isInstanceOf(RefusedException.class)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com/p.json",
        "http://localhost:1/",
        "http://[::1]:1/",
        "http://127.8.8.8/"
      })
  void secureAndLocalAddressesAreTaken(String url) {
    assertThat(PriceDownload.from(url).name()).startsWith(url.substring(0, 12));
  }
}
