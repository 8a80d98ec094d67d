package dev.agentworkflows.coordinator.mcp;

import com.sun.net.httpserver.HttpExchange;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpStreamableServerTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The answer to one request over HTTP: events, of which the last is the response. The first message
 * begins it. What can't be written any more is left: the client is gone, and the work goes on.
 */
final class SseAnswer implements McpStreamableServerTransport {

  private final HttpExchange http;
  private final UnaryOperator<String> redaction;
  private @Nullable OutputStream body;
  private boolean gone;

  SseAnswer(HttpExchange http, UnaryOperator<String> redaction) {
    this.http = http;
    this.redaction = redaction;
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.fromRunnable(() -> write("event: message\ndata: " + json(message) + "\n\n"));
  }

  /** Without the id: a stream that broke is not taken up again, and must not look as if it were. */
  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message, String messageId) {
    return sendMessage(message);
  }

  private String json(JSONRPCMessage message) {
    try {
      return redaction.apply(ToolResults.MAPPER.writeValueAsString(message));
    } catch (IOException | RuntimeException e) {
      return McpVersions.unanswerable(
          message instanceof JSONRPCResponse response ? response.id() : "");
    }
  }

  /** Something that no client reads: some take a silence of minutes for the end. */
  void stillHere() {
    write(": still here\n\n");
  }

  private synchronized void write(String event) {
    if (gone) {
      return;
    }
    try {
      OutputStream out = body;
      if (out == null) {
        http.getResponseHeaders().set("Content-Type", "text/event-stream");
        http.getResponseHeaders().set("Cache-Control", "no-store");
        http.sendResponseHeaders(200, 0);
        out = http.getResponseBody();
        body = out;
      }
      out.write(event.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      gone = true;
    }
  }

  /** Ends the answer, also one that was cancelled before it began. */
  synchronized void end() throws IOException {
    if (body == null && !gone) {
      http.sendResponseHeaders(202, -1);
    }
    gone = true;
    http.close();
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return ToolResults.converted(data, type);
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.empty();
  }

  @Override
  public void close() {}
}
