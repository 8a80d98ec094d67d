package dev.agentworkflows.adapter.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/** A provider's endpoint on loopback, whose every answer a test decides. Remembers requests. */
public final class LoopbackServer implements AutoCloseable {

  /**
   * What arrived.
   *
   * @param path with the query
   * @param headers by name in lower case
   */
  public record Request(String method, String path, Map<String, String> headers, String body) {

    public JsonNode json() {
      return Json.read(body);
    }
  }

  /** Answers one request, well or badly. */
  @FunctionalInterface
  public interface Answer {
    void give(HttpExchange exchange, Request request) throws IOException, InterruptedException;
  }

  private static final long DRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile List<Answer> answers = List.of();

  private LoopbackServer(HttpServer server) {
    this.server = server;
  }

  public static LoopbackServer start(Answer... answers) throws IOException {
    return start(HttpServer.create(), answers);
  }

  /** As {@link #start(Answer...)}, on a server that may speak TLS. */
  static LoopbackServer start(HttpServer unbound, Answer... answers) throws IOException {
    unbound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    LoopbackServer server = new LoopbackServer(unbound);
    server.answer(answers);
    unbound.setExecutor(server.threads);
    unbound.createContext("/", server::handle);
    unbound.start();
    return server;
  }

  /** The answers to come, in order; the last one goes on for ever. */
  public void answer(Answer... next) {
    answers = new CopyOnWriteArrayList<>(next);
  }

  public String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  public String url() {
    return "http://" + authority();
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The body of the request with this number, from 0. */
  public JsonNode sent(int number) {
    return requests.get(number).json();
  }

  public void awaitRequest(Duration atMost) throws InterruptedException, TimeoutException {
    if (!arrived.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new TimeoutException("no request within " + atMost);
    }
  }

  /** Returns when a request was answered, or its connection lost. */
  public void awaitEnd(Duration atMost) throws InterruptedException, TimeoutException {
    if (!ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new TimeoutException("a request is still being answered after " + atMost);
    }
  }

  public static Answer json(String body) {
    return status(200, body);
  }

  /** With headers as name, value, name, value. */
  public static Answer status(int status, String body, String... headers) {
    return (exchange, request) -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** The request is read, and the connection closed. */
  public static Answer dropped() {
    return (exchange, request) -> {
      throw new IOException("dropped, as the test wants it");
    };
  }

  /** Promises a longer body than comes. */
  public static Answer cutOff(String beginning) {
    return (exchange, request) -> {
      byte[] bytes = beginning.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length + 100L);
      exchange.getResponseBody().write(bytes);
      exchange.getResponseBody().flush();
    };
  }

  /** Nothing, until the server is closed. */
  public static Answer never() {
    return (exchange, request) -> new CountDownLatch(1).await();
  }

  /** The status and a first byte, and then nothing until the server is closed. */
  public static Answer stalled() {
    return (exchange, request) -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      new CountDownLatch(1).await();
    };
  }

  /** As fast as it is read, for ever. */
  public static Answer endless(int status) {
    return (exchange, request) -> {
      exchange.sendResponseHeaders(status, 0);
      byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
      OutputStream body = exchange.getResponseBody();
      while (!Thread.currentThread().isInterrupted()) {
        body.write(spaces);
      }
    };
  }

  /** A byte now and then, for ever: never enough to reach a limit. */
  public static Answer dripping() {
    return (exchange, request) -> {
      exchange.sendResponseHeaders(200, 0);
      while (!Thread.currentThread().isInterrupted()) {
        exchange.getResponseBody().write(' ');
        exchange.getResponseBody().flush();
        LockSupport.parkNanos(DRIP_NANOS);
      }
    };
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      Map<String, String> headers = new HashMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              headers,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      Answer answer = next(request);
      arrived.countDown();
      answer.give(exchange, request);
    } catch (IOException e) {
      // a connection that one of both sides closed: what the test looks at is the adapter
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  private synchronized Answer next(Request request) {
    requests.add(request);
    return answers.size() > 1 ? answers.remove(0) : answers.get(0);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
