package dev.agentworkflows.coordinator.web;

import com.sun.net.httpserver.HttpExchange;
import dev.agentworkflows.coordinator.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** How requests are answered: whole, and once. */
final class HttpResponses {

  private HttpResponses() {}

  static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    send(
        exchange,
        status,
        "application/json",
        Json.write(Json.object().put("error", why)).getBytes(StandardCharsets.UTF_8));
  }

  static void html(HttpExchange exchange, String fragment) throws IOException {
    send(exchange, 200, "text/html; charset=utf-8", fragment.getBytes(StandardCharsets.UTF_8));
  }

  static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean headOnly = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, headOnly || body.length == 0 ? -1 : body.length);
    if (!headOnly) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }
}
