package com.example.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.agentworkflows.testkit.Backend;
import dev.agentworkflows.testkit.Behaviour;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An endpoint on loopback that does as it is told. */
final class Endpoint implements Backend {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private final HttpServer server;
  private volatile Behaviour behaviour = Behaviour.ANSWERS;

  Endpoint() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("url", "http://127.0.0.1:" + server.getAddress().getPort() + "/ask");
  }

  @Override
  public void behave(Behaviour next) {
    behaviour = next;
  }

  @Override
  public void awaitRequest(Duration atMost) throws InterruptedException, TimeoutException {
    if (!asked.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new TimeoutException("no request after " + atMost);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String prompt = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.countDown();
    switch (behaviour) {
      case ANSWERS -> send(exchange, 200, ANSWER + prompt);
      case FAILS_FOR_NOW -> send(exchange, 503, "too busy");
      case FAILS_FOR_GOOD -> send(exchange, 400, "not like this");
      case FAILS_REPEATING_THE_SECRET ->
          send(exchange, 401, exchange.getRequestHeaders().getFirst("Authorization") + " is bad");
      case NEVER_ANSWERS -> hang(exchange);
    }
  }

  private void hang(HttpExchange exchange) {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
