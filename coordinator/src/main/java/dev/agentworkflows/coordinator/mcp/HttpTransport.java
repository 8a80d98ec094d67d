package dev.agentworkflows.coordinator.mcp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ServerRefusal;
import dev.agentworkflows.coordinator.http.HttpFloods;
import dev.agentworkflows.coordinator.http.LocalHttp;
import dev.agentworkflows.coordinator.http.LoopbackGuard;
import io.modelcontextprotocol.spec.HttpHeaders;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.InitializeRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import io.modelcontextprotocol.spec.McpStreamableServerTransportProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Streamable HTTP on the JDK's server: a POST for each message, answered with events where it is a
 * request, and a DELETE at the end. There is no stream of the server's own (a GET is answered with
 * 405, as the specification allows): all that it says belongs to a request.
 */
final class HttpTransport implements McpStreamableServerTransportProvider {

  private static final String PATH = "/mcp";
  private static final int MAX_BODY = 16 * 1024 * 1024;
  private static final long SILENCE_SECONDS = 15;

  /** A message that can't be answered over HTTP; its status tells why. */
  private static final class HttpProblem extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;
    private final int code;

    HttpProblem(int status, int code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }
  }

  private final HttpServer server;
  private final LoopbackGuard guard;
  private final Consumer<String> beforeRequest;
  private final UnaryOperator<String> redaction;
  private final HttpSessions sessions = new HttpSessions();
  private final ExecutorService threads = LocalHttp.threads("mcp-http");
  private McpStreamableServerSession.@Nullable Factory factory;
  private @Nullable HttpFloods floods;

  /** Listens on loopback when {@link #start} is called. */
  HttpTransport(
      int port,
      LoopbackGuard guard,
      Consumer<String> beforeRequest,
      UnaryOperator<String> redaction) {
    this.guard = guard;
    this.beforeRequest = beforeRequest;
    this.redaction = redaction;
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    LocalHttp.setBounds();
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new RefusedException(
          new ServerRefusal.CannotListen(
              ServerRefusal.Server.MCP, address.getHostString() + ":" + port, e.getMessage()),
          e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
  }

  void start() {
    server.start();
    floods = HttpFloods.watch(server.getAddress().getPort());
  }

  /** Where it listens. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + PATH;
  }

  void stop() {
    if (floods != null) {
      floods.close();
    }
    server.stop(0);
    threads.shutdownNow();
  }

  @Override
  public List<String> protocolVersions() {
    return McpVersions.ALL;
  }

  @Override
  public void setSessionFactory(McpStreamableServerSession.Factory sessionFactory) {
    factory = sessionFactory;
  }

  private static HttpProblem denied(LoopbackGuard.Denial denial, HttpExchange http) {
    return switch (denial) {
      case HOST ->
          new HttpProblem(
              403,
              ErrorCodes.INVALID_REQUEST,
              "the Host header names another machine than this one");
      case ORIGIN ->
          new HttpProblem(
              403, ErrorCodes.INVALID_REQUEST, "the Origin header names a page of another machine");
      case TOKEN -> {
        http.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        yield new HttpProblem(
            401,
            ErrorCodes.INVALID_REQUEST,
            "no valid token: send the header Authorization: Bearer TOKEN");
      }
    };
  }

  private void answer(HttpExchange http) throws IOException {
    try {
      Optional<LoopbackGuard.Denial> denial = guard.deniesWithoutToken(http.getRequestHeaders());
      if (denial.isPresent()) {
        throw denied(denial.get(), http);
      }
      if (!http.getRequestURI().getPath().equals(PATH)) {
        throw new HttpProblem(404, ErrorCodes.INVALID_REQUEST, "the endpoint is " + PATH);
      }
      switch (http.getRequestMethod()) {
        case "POST" -> post(http);
        case "DELETE" -> delete(http);
        default -> {
          http.getResponseHeaders().set("Allow", "POST, DELETE");
          throw new HttpProblem(405, ErrorCodes.INVALID_REQUEST, "only POST and DELETE");
        }
      }
    } catch (HttpProblem problem) {
      String message = String.valueOf(problem.getMessage());
      send(http, problem.status, McpVersions.refusal(problem.code, message));
    } finally {
      http.close();
    }
  }

  private void post(HttpExchange http) throws IOException, HttpProblem {
    checkTypes(http);
    byte[] body = http.getRequestBody().readNBytes(MAX_BODY + 1);
    if (body.length > MAX_BODY) {
      throw new HttpProblem(413, ErrorCodes.INVALID_REQUEST, "the message is larger than 16 MB");
    }
    JSONRPCMessage message;
    try {
      message =
          McpSchema.deserializeJsonRpcMessage(
              ToolResults.MAPPER, new String(body, StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      throw new HttpProblem(400, ErrorCodes.PARSE_ERROR, "not a JSON-RPC message");
    }
    if (message instanceof JSONRPCRequest request
        && request.method().equals(McpSchema.METHOD_INITIALIZE)) {
      initialize(http, request);
      return;
    }
    HttpSessions.Client client = client(http);
    if (message instanceof JSONRPCRequest request) {
      beforeRequest.accept(request.method());
      stream(http, client, request);
    } else {
      take(client, message);
      http.sendResponseHeaders(202, -1);
    }
  }

  private static void checkTypes(HttpExchange http) throws HttpProblem {
    if (!header(http, "Content-Type").startsWith("application/json")) {
      throw new HttpProblem(
          415, ErrorCodes.INVALID_REQUEST, "Content-Type must be application/json");
    }
    String accept = header(http, "Accept");
    if (!accept.contains("*/*")
        && !(accept.contains("application/json") && accept.contains("text/event-stream"))) {
      throw new HttpProblem(
          406,
          ErrorCodes.INVALID_REQUEST,
          "Accept must name application/json and text/event-stream");
    }
    String version = header(http, "MCP-Protocol-Version");
    if (!version.isEmpty() && !McpVersions.ALL.contains(version)) {
      throw new HttpProblem(
          400,
          ErrorCodes.INVALID_REQUEST,
          "MCP-Protocol-Version must be one of " + McpVersions.ALL);
    }
  }

  private static String header(HttpExchange http, String name) {
    List<String> values = http.getRequestHeaders().getOrDefault(name, List.of());
    return String.join(",", values).strip().toLowerCase(Locale.ROOT);
  }

  private HttpSessions.Client client(HttpExchange http) throws HttpProblem {
    String id = http.getRequestHeaders().getFirst(HttpHeaders.MCP_SESSION_ID);
    if (id == null) {
      throw new HttpProblem(
          400, ErrorCodes.INVALID_REQUEST, "the header Mcp-Session-Id is missing");
    }
    HttpSessions.Client client = sessions.find(id);
    if (client == null) {
      throw new HttpProblem(404, ErrorCodes.INVALID_REQUEST, "unknown session; initialize again");
    }
    return client;
  }

  private void initialize(HttpExchange http, JSONRPCRequest request)
      throws IOException, HttpProblem {
    McpStreamableServerSession.Factory sessionFactory = factory;
    InitializeRequest asked;
    try {
      asked = ToolResults.MAPPER.convertValue(request.params(), InitializeRequest.class);
    } catch (RuntimeException e) {
      throw new HttpProblem(400, ErrorCodes.INVALID_PARAMS, "not an initialize request");
    }
    if (sessionFactory == null || asked == null || asked.protocolVersion() == null) {
      throw new HttpProblem(400, ErrorCodes.INVALID_PARAMS, "not an initialize request");
    }
    var started = sessionFactory.startSession(asked);
    var result = started.initResult().block();
    sessions.add(started.session());
    http.getResponseHeaders().set(HttpHeaders.MCP_SESSION_ID, started.session().getId());
    String json =
        ToolResults.MAPPER.writeValueAsString(JSONRPCResponse.result(request.id(), result));
    send(http, 200, redaction.apply(json));
  }

  private static void take(HttpSessions.Client client, JSONRPCMessage message) throws HttpProblem {
    try {
      if (message instanceof JSONRPCNotification note) {
        if (!client.requests().cancelledBy(note)) {
          client.session().accept(note).block();
        }
      } else if (message instanceof JSONRPCResponse response) {
        client.session().accept(response).block();
      }
    } catch (RuntimeException e) {
      throw new HttpProblem(400, ErrorCodes.INVALID_REQUEST, "nothing waits for this message");
    }
  }

  /** Keeps this thread until the request is answered or cancelled. */
  private void stream(HttpExchange http, HttpSessions.Client client, JSONRPCRequest request)
      throws IOException {
    SseAnswer answer = new SseAnswer(http, redaction);
    CompletableFuture<Void> over =
        client.requests().begin(request.id(), client.session().responseStream(request, answer));
    while (!isOver(over)) {
      answer.stillHere();
    }
    answer.end();
  }

  private static boolean isOver(CompletableFuture<Void> over) {
    try {
      over.get(SILENCE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void delete(HttpExchange http) throws IOException, HttpProblem {
    HttpSessions.Client client = client(http);
    sessions.remove(client.session().getId());
    client.session().close();
    http.sendResponseHeaders(204, -1);
  }

  private static void send(HttpExchange http, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    http.getResponseHeaders().set("Content-Type", "application/json");
    http.sendResponseHeaders(status, bytes.length);
    http.getResponseBody().write(bytes);
  }

  @Override
  public Mono<Void> notifyClients(String method, Object params) {
    return Mono.empty();
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(() -> sessions.all().forEach(client -> client.session().close()));
  }

  @Override
  public void close() {
    sessions.all().forEach(client -> client.session().close());
  }
}
