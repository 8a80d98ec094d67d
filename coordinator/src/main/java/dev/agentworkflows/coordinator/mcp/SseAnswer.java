package dev.agentworkflows.coordinator.mcp;

import com.sun.net.httpserver.HttpExchange;
import dev.agentworkflows.coordinator.http.ServerSentEvents;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpStreamableServerTransport;
import java.io.IOException;
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
  private @Nullable ServerSentEvents events;
  private boolean gone;

  SseAnswer(HttpExchange http, UnaryOperator<String> redaction) {
    this.http = http;
    this.redaction = redaction;
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.fromRunnable(() -> write(events -> events.event("message", json(message))));
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
    write(ServerSentEvents::stillHere);
  }

  private interface Writing {
    void to(ServerSentEvents events) throws IOException;
  }

  private synchronized void write(Writing writing) {
    if (gone) {
      return;
    }
    try {
      if (events == null) {
        events = ServerSentEvents.begin(http);
      }
      writing.to(events);
    } catch (IOException e) {
      gone = true;
    }
  }

  /** Ends the answer, also one that was cancelled before it began. */
  synchronized void end() throws IOException {
    if (events == null && !gone) {
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
