package dev.agentworkflows.coordinator.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The answer to one HTTP request as a stream of events, each sent at once. For one thread. */
public final class ServerSentEvents implements AutoCloseable {

  private final OutputStream body;

  private ServerSentEvents(OutputStream body) {
    this.body = body;
  }

  /** Sends the headers. */
  public static ServerSentEvents begin(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, 0);
    return new ServerSentEvents(exchange.getResponseBody());
  }

  /** An event without a type of its own; its data is one line. */
  public void data(String data) throws IOException {
    write("data: " + data + "\n\n");
  }

  /** An event of a type; its data is one line. */
  public void event(String type, String data) throws IOException {
    write("event: " + type + "\ndata: " + data + "\n\n");
  }

  /** What no reader is told: that the connection holds. */
  public void stillHere() throws IOException {
    write(": still here\n\n");
  }

  private void write(String text) throws IOException {
    body.write(text.getBytes(StandardCharsets.UTF_8));
    body.flush();
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
