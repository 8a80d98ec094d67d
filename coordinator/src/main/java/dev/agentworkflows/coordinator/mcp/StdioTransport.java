package dev.agentworkflows.coordinator.mcp;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransport;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One client on standard input and output: a message a line. Other than the SDK's own transport it
 * goes on after a line that is no message, speaks every version of the protocol, and lets a client
 * cancel what it asked for.
 */
final class StdioTransport implements McpServerTransportProvider, McpServerTransport {

  private static final int MAX_LINE = 16 * 1024 * 1024;

  /** Each may hold a thread. */
  private static final int MAX_REQUESTS = 200;

  private final InputStream in;
  private final Consumer<String> out;
  private final Consumer<String> beforeRequest;
  private final RequestsInFlight requests = new RequestsInFlight();
  private @Nullable McpServerSession session;

  /**
   * @param out takes one line at a time, from any thread
   * @param beforeRequest told the method of each request before it is answered
   */
  StdioTransport(InputStream in, Consumer<String> out, Consumer<String> beforeRequest) {
    this.in = in;
    this.out = out;
    this.beforeRequest = beforeRequest;
  }

  @Override
  public List<String> protocolVersions() {
    return McpVersions.ALL;
  }

  @Override
  public void setSessionFactory(McpServerSession.Factory factory) {
    session = factory.create(this);
  }

  /** Takes messages until there are no more. */
  void serve() throws IOException {
    BoundedLines lines = new BoundedLines(in, MAX_LINE);
    for (BoundedLines.Line line = lines.next(); line != null; line = lines.next()) {
      if (line.isTooLong()) {
        out.accept(
            McpVersions.refusal(
                ErrorCodes.INVALID_REQUEST,
                "a message is longer than %,d bytes".formatted(MAX_LINE)));
      } else if (!line.text().isBlank()) {
        takeSteadily(line.text());
      }
    }
  }

  /** What one message does to this thread must not keep it from the next. */
  private void takeSteadily(String line) {
    try {
      take(line);
    } catch (StackOverflowError | OutOfMemoryError e) {
      out.accept(McpVersions.refusal(ErrorCodes.INTERNAL_ERROR, "the message is too much: " + e));
    }
  }

  private void take(String line) {
    McpServerSession client = session;
    if (client == null) {
      throw new IllegalStateException("no server was made of this transport");
    }
    JSONRPCMessage message;
    try {
      message = McpSchema.deserializeJsonRpcMessage(ToolResults.MAPPER, line);
    } catch (IOException | RuntimeException e) {
      out.accept(McpVersions.refusal(ErrorCodes.PARSE_ERROR, "not a JSON-RPC message"));
      return;
    }
    if (message instanceof JSONRPCRequest request && requests.size() >= MAX_REQUESTS) {
      out.accept(McpVersions.busy(request.id()));
    } else if (message instanceof JSONRPCRequest request) {
      beforeRequest.accept(request.method());
      var unused = requests.begin(request.id(), client.handle(message));
    } else if (!(message instanceof JSONRPCNotification note && requests.cancelledBy(note))) {
      client.handle(message).subscribe(nothing -> {}, failure -> {});
    }
  }

  /** Waits until what was asked is answered, but not longer. */
  void awaitAnswers(Duration patience) {
    requests.await(patience);
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.fromRunnable(() -> {
      try {
        out.accept(ToolResults.MAPPER.writeValueAsString(message));
      } catch (IOException | RuntimeException e) {
        // A request that can't be answered in full must not wait forever.
        if (message instanceof JSONRPCResponse response) {
          out.accept(McpVersions.unanswerable(response.id()));
        }
      }
    });
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return ToolResults.converted(data, type);
  }

  @Override
  public Mono<Void> notifyClients(String method, Object params) {
    McpServerSession client = session;
    return client == null ? Mono.empty() : client.sendNotification(method, params);
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.empty();
  }

  @Override
  public void close() {}
}
