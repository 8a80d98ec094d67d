package dev.agentworkflows.it.reliability;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An endpoint that speaks as OpenAI's, and never gives one answer twice: so it shows who has whose.
 * It takes its time, and refuses some requests for good.
 */
final class CountingEndpoint implements AutoCloseable {

  private static final int MAX_DELAY_MS = 60;

  /** One of so many requests is refused. */
  private static final int REFUSED = 8;

  private final HttpServer server;
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(4);
  private final AtomicInteger requests = new AtomicInteger();
  private final Random random;

  CountingEndpoint(Random random) throws IOException {
    this.random = random;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.createContext("/", this::take);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  int requests() {
    return requests.get();
  }

  private void take(HttpExchange exchange) throws IOException {
    int number = requests.incrementAndGet();
    exchange.getRequestBody().readAllBytes();
    int delay;
    boolean refused;
    synchronized (random) {
      delay = random.nextInt(MAX_DELAY_MS);
      refused = random.nextInt(REFUSED) == 0;
    }
    String body =
        refused
            ? "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}"
            : """
            {"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,
            "message":{"role":"assistant","content":"answer %d"},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":5,"completion_tokens":5,"total_tokens":10}}\
            """
                .formatted(number);
    var unused =
        threads.schedule(
            () -> answer(exchange, refused ? 400 : 200, body), delay, TimeUnit.MILLISECONDS);
  }

  private static void answer(HttpExchange exchange, int status, String body) {
    try (exchange) {
      byte[] bytes = body.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      // Who asked was killed.
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
