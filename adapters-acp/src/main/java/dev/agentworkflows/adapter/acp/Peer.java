package dev.agentworkflows.adapter.acp;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Our end of a JSON-RPC connection in lines. Answers may come in any order, once each; what answers
 * no request of ours is left aside.
 *
 * <p>Told everything by one thread; only {@link #notify} may be used by others.
 */
final class Peer {

  static final int METHOD_NOT_FOUND = -32601;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Who is told what the other end wants. */
  interface Handler {

    void notified(String method, JsonNode params);

    /** The result of a request of the other end's; null when there is no such method. */
    @Nullable ObjectNode requested(String method, JsonNode params);

    /** A request of ours was answered with an error. */
    void failed(String method, JsonNode error);

    /** The other end does not read what it is sent. */
    void stuck();

    /** A line that was sent, but for the prompt's and those with MCP servers. */
    void sent(String line);
  }

  private record Waiting(String method, Consumer<JsonNode> then) {}

  private final OutgoingLines outbox;
  private final Handler handler;
  private final Map<Integer, Waiting> waiting = new HashMap<>();
  private int lastId;

  Peer(OutgoingLines outbox, Handler handler) {
    this.outbox = outbox;
    this.handler = handler;
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  void request(String method, ObjectNode params, Consumer<JsonNode> then) {
    int id = ++lastId;
    waiting.put(id, new Waiting(method, then));
    send(message().put("id", id).put("method", method).set("params", params));
  }

  void notify(String method, ObjectNode params) {
    send(message().put("method", method).set("params", params));
  }

  void receive(JsonNode message) {
    JsonNode id = message.path("id");
    JsonNode method = message.path("method");
    boolean request = id.isNumber() || id.isString();
    if (method.isString()) {
      if (request) {
        answer(id, method.stringValue(), message.path("params"));
      } else {
        handler.notified(method.stringValue(), message.path("params"));
      }
    } else if (request) {
      answered(id, message);
    }
  }

  private void answer(JsonNode id, String method, JsonNode params) {
    ObjectNode result = handler.requested(method, params);
    ObjectNode answer = message().set("id", id);
    if (result == null) {
      ObjectNode error = object().put("code", METHOD_NOT_FOUND);
      answer.set("error", error.put("message", "Method not found"));
    } else {
      answer.set("result", result);
    }
    send(answer);
  }

  private void answered(JsonNode id, JsonNode message) {
    Waiting request;
    try {
      request = waiting.remove(Integer.valueOf(id.asString()));
    } catch (NumberFormatException e) {
      return;
    }
    if (request == null) {
      return;
    }
    if (message.path("error").isObject()) {
      handler.failed(request.method(), message.path("error"));
    } else {
      request.then().accept(message.path("result"));
    }
  }

  private static ObjectNode message() {
    return object().put("jsonrpc", "2.0");
  }

  /** The prompt is kept elsewhere; MCP servers come with secrets, which are kept nowhere. */
  private static boolean isPrivate(ObjectNode message) {
    return message.path("method").asString("").equals("session/prompt")
        || !message.path("params").path("mcpServers").isEmpty();
  }

  private void send(ObjectNode message) {
    String line = JSON.writeValueAsString(message);
    if (!outbox.send(line)) {
      handler.stuck();
    } else if (!isPrivate(message)) {
      handler.sent(line);
    }
  }
}
