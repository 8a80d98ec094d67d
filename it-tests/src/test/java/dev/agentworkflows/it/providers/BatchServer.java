package dev.agentworkflows.it.providers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.agentworkflows.it.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Speaks the batch APIs of OpenAI and Anthropic on loopback, and can lose an answer. Answers each
 * prompt with itself, the last one first. Counts the batches that it made: each would be paid for.
 */
final class BatchServer implements AutoCloseable {

  /** A batch as it was made. */
  private record Made(String id, List<JsonNode> lines, @Nullable String reference) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Made> made = new ArrayList<>();
  private final CountDownLatch creating = new CountDownLatch(1);
  private final CountDownLatch never = new CountDownLatch(1);
  private List<JsonNode> uploaded = List.of();
  private int requests;
  private boolean over;
  private boolean losesAnswers;
  private boolean holdsAnswers;

  BatchServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  synchronized int batches() {
    return made.size();
  }

  synchronized int requests() {
    return requests;
  }

  synchronized String lastId() {
    return made.get(made.size() - 1).id();
  }

  /** From now on batches have their results. */
  synchronized void finish() {
    over = true;
  }

  /** From now on a batch is made, and the connection closed. */
  synchronized void loseAnswers(boolean lost) {
    losesAnswers = lost;
  }

  /** From now on a batch is made, and no answer comes. */
  synchronized void holdAnswers(boolean held) {
    holdsAnswers = held;
  }

  void awaitCreation() throws InterruptedException {
    if (!creating.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no batch was submitted within a minute");
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      boolean creation = create(exchange, body);
      if (creation && swallowed()) {
        return;
      }
      byte[] answer =
          (creation ? shown(lastId()) : answer(exchange, body)).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private boolean swallowed() {
    creating.countDown();
    boolean held;
    synchronized (this) {
      held = holdsAnswers;
      if (!held) {
        return losesAnswers;
      }
    }
    try {
      never.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return held;
  }

  private synchronized boolean create(HttpExchange exchange, String body) {
    requests++;
    String path = exchange.getRequestURI().getPath();
    if (!exchange.getRequestMethod().equals("POST") || !path.endsWith("/batches")) {
      return false;
    }
    JsonNode json = Json.read(body);
    List<JsonNode> lines = new ArrayList<>(uploaded);
    json.path("requests").forEach(lines::add);
    JsonNode reference = json.path("metadata").path("owf_batch");
    made.add(
        new Made(
            "made-" + server.getAddress().getPort() + "-" + made.size(),
            lines,
            reference.isString() ? reference.stringValue() : null));
    uploaded = List.of();
    return true;
  }

  private synchronized String answer(HttpExchange exchange, String body) {
    String path = exchange.getRequestURI().getPath();
    if (path.endsWith("/files")) {
      uploaded =
          body.lines().filter(line -> line.startsWith("{\"custom_id\"")).map(Json::read).toList();
      return "{\"id\":\"file-1\"}";
    }
    if (path.endsWith("/batches")) {
      return "{\"data\":[%s],\"has_more\":false}"
          .formatted(
              made.stream().map(batch -> shown(batch.id())).collect(Collectors.joining(",")));
    }
    String[] parts = path.split("/");
    if (path.endsWith("/content") || path.endsWith("/results")) {
      return results(find(parts[parts.length - 2]), path.endsWith("/content"));
    }
    return shown(parts[parts.length - 1]);
  }

  private Made find(String id) {
    return made.stream().filter(batch -> batch.id().equals(id)).findFirst().orElseThrow();
  }

  /** Both providers' fields at once: each adapter reads its own. */
  private synchronized String shown(String id) {
    Made batch = find(id);
    int total = batch.lines().size();
    return """
    {"id":"%s","status":"%s","processing_status":"%s","output_file_id":"%s","metadata":{"owf_batch":%s},
     "created_at":%s,"request_counts":{"total":%d,"completed":%d,"failed":0,"processing":%d,"succeeded":%d}}
    """
        .formatted(
            id,
            over ? "completed" : "in_progress",
            over ? "ended" : "in_progress",
            id,
            batch.reference() == null ? "null" : Json.write(batch.reference()),
            batch.reference() == null
                ? "\"" + Instant.now() + "\""
                : Instant.now().getEpochSecond(),
            total,
            over ? total : 0,
            over ? 0 : total,
            over ? total : 0);
  }

  private static String results(Made batch, boolean openAi) {
    StringBuilder results = new StringBuilder();
    for (int i = batch.lines().size() - 1; i >= 0; i--) {
      JsonNode line = batch.lines().get(i);
      JsonNode messages = line.path(openAi ? "body" : "params").path("messages");
      String prompt = messages.path(messages.size() - 1).path("content").stringValue();
      results.append(
          (openAi
                  ? "{\"custom_id\":%s,\"response\":{\"status_code\":200,\"body\":{\"model\":\"m-1-x\",\"choices\":[{\"message\":{\"content\":%s},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":4}}}}}\n"
                  : "{\"custom_id\":%s,\"result\":{\"type\":\"succeeded\",\"message\":{\"model\":\"m-1-x\",\"stop_reason\":\"end_turn\",\"content\":[{\"type\":\"text\",\"text\":%s}],\"usage\":{\"input_tokens\":6,\"output_tokens\":2,\"cache_read_input_tokens\":4}}}}\n")
              .formatted(
                  Json.write(line.path("custom_id").stringValue()), Json.write("to: " + prompt)));
    }
    return results.toString();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
