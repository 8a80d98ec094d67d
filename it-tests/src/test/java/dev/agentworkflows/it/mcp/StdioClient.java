package dev.agentworkflows.it.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of {@code owf mcp} on pipes. Every line of the server must be a message. */
public final class StdioClient implements AutoCloseable {

  private static final long MAX_SECONDS = 90;
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Process process;
  private final OutputStream in;
  private final Thread reader;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Object, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final List<JsonNode> notifications = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<String> noMessages = new ConcurrentLinkedQueue<>();
  private final List<JsonNode> withoutId = new CopyOnWriteArrayList<>();
  private volatile Function<JsonNode, Object> answers = request -> Map.of();

  private StdioClient(Process process) {
    this.process = process;
    this.in = process.getOutputStream();
    this.reader = new Thread(this::read, "mcp-client");
    reader.setDaemon(true);
    reader.start();
  }

  /** Connected to a server that was started so, and initialized. */
  static StdioClient of(Owf.Invocation server, Map<String, Object> capabilities) {
    StdioClient client = new StdioClient(server.talk());
    client.response(
        "initialize",
        Map.of(
            "protocolVersion",
            "2025-11-25",
            "capabilities",
            capabilities,
            "clientInfo",
            Map.of("name", "it", "version", "1")));
    client.send(Map.of("jsonrpc", "2.0", "method", "notifications/initialized"));
    return client;
  }

  /** As {@link #of(Owf.Invocation, Map)}, of a client that can do nothing by itself. */
  public static StdioClient of(Owf.Invocation server) {
    return of(server, Map.of());
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line);
      }
    } catch (IOException e) {
      // The server is gone.
    } finally {
      waiting
          .values()
          .forEach(future -> future.completeExceptionally(new AssertionError("the server ended")));
    }
  }

  private void take(String line) {
    JsonNode message;
    try {
      message = Json.read(line);
    } catch (RuntimeException e) {
      noMessages.add(line);
      return;
    }
    JsonNode id = message.get("id");
    if (message.has("method") && id != null) {
      send(
          Map.of(
              "jsonrpc",
              "2.0",
              "id",
              String.valueOf(Json.plain(id)),
              "result",
              answers.apply(message)));
    } else if (message.has("method")) {
      notifications.add(message);
    } else if (id == null || id.isNull()) {
      withoutId.add(message);
    } else {
      CompletableFuture<JsonNode> future = waiting.remove(String.valueOf(Json.plain(id)));
      if (future == null) {
        noMessages.add("nobody waits for " + line);
      } else {
        future.complete(message);
      }
    }
  }

  /** What this client answers when the server asks. */
  void answering(Function<JsonNode, Object> answer) {
    answers = answer;
  }

  void send(Object message) {
    line(MAPPER.writeValueAsString(message));
  }

  synchronized void line(String line) {
    try {
      in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A request under way, and the id that it has. */
  record Request(int id, CompletableFuture<JsonNode> response) {
    JsonNode await() {
      try {
        return response.get(MAX_SECONDS, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new AssertionError("no response to request " + id, e);
      }
    }
  }

  Request request(String method, Object params) {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> response = new CompletableFuture<>();
    waiting.put(String.valueOf(id), response);
    send(Map.of("jsonrpc", "2.0", "id", id, "method", method, "params", params));
    return new Request(id, response);
  }

  JsonNode response(String method, Object params) {
    return request(method, params).await();
  }

  Request calling(String tool, Map<String, ?> arguments) {
    return request("tools/call", Map.of("name", tool, "arguments", arguments));
  }

  /** A call whose progress is told under this token. */
  Request calling(String tool, Map<String, ?> arguments, String progressToken) {
    return request(
        "tools/call",
        Map.of(
            "name", tool, "arguments", arguments, "_meta", Map.of("progressToken", progressToken)));
  }

  /** The result of a call, however it ended. */
  public JsonNode call(String tool, Map<String, ?> arguments) {
    JsonNode response = calling(tool, arguments).await();
    assertThat(response.get("result")).as(response.toString()).isNotNull();
    return response.get("result");
  }

  /** What a call that must be fine gave. */
  public JsonNode fine(String tool, Map<String, ?> arguments) {
    JsonNode result = call(tool, arguments);
    assertThat(result.get("isError").booleanValue()).as(result.toString()).isFalse();
    assertThat(Json.read(result.at("/content/0/text").stringValue()))
        .as("the text says the same")
        .isEqualTo(result.get("structuredContent"));
    return result.get("structuredContent");
  }

  /** What a call that must fail said. */
  String failure(String tool, Map<String, ?> arguments) {
    JsonNode result = call(tool, arguments);
    assertThat(result.get("isError").booleanValue()).as(result.toString()).isTrue();
    return result.at("/content/0/text").stringValue();
  }

  List<JsonNode> notifications() {
    return notifications;
  }

  /** Errors that belong to no request. */
  List<JsonNode> withoutId() {
    return withoutId;
  }

  /** Says no more, and waits for the server's end. Gives its exit code. */
  int leave() throws IOException, InterruptedException {
    in.close();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it ends with its input").isTrue();
    reader.join(TimeUnit.SECONDS.toMillis(10));
    return process.exitValue();
  }

  Process process() {
    return process;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    leave();
    assertThat(noMessages).as("what is no message on standard output").isEmpty();
  }
}
