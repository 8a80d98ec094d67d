package dev.agentworkflows.it.providers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Speaks chat completions on loopback, and takes no more than so many requests in each second. */
final class LimitedEndpoint implements AutoCloseable {

  private static final String ANSWER =
      """
      {"model": "m-1", "choices": [{"message": {"content": "fine"}, "finish_reason": "stop"}],
       "usage": {"prompt_tokens": 5, "completion_tokens": 2}}
      """;

  private final int perSecond;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private long second;
  private int inThisSecond;
  private int taken;
  private int refused;

  LimitedEndpoint(int perSecond) throws IOException {
    this.perSecond = perSecond;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  synchronized int taken() {
    return taken;
  }

  synchronized int refused() {
    return refused;
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (takes()) {
      send(exchange, 200, ANSWER);
    } else {
      exchange.getResponseHeaders().set("Retry-After", "1");
      send(exchange, 429, "{\"error\": {\"message\": \"slow down\"}}");
    }
  }

  private synchronized boolean takes() {
    long now = System.nanoTime() / 1_000_000_000;
    if (now != second) {
      second = now;
      inThisSecond = 0;
    }
    boolean takes = ++inThisSecond <= perSecond;
    if (takes) {
      taken++;
    } else {
      refused++;
    }
    return takes;
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
