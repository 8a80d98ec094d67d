package dev.agentworkflows.it.agents;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model on loopback that keeps what it is asked, and speaks as Anthropic's and OpenAI's do: it
 * calls the tool of an MCP server once, then the tool for a structured answer, then says "good
 * day".
 */
final class RecordingModel implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpServer server;
  private final List<JsonNode> asked = new CopyOnWriteArrayList<>();

  private RecordingModel(HttpServer server) {
    this.server = server;
  }

  static RecordingModel start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    RecordingModel model = new RecordingModel(server);
    server.createContext("/", model::answer);
    server.setExecutor(
        Executors.newCachedThreadPool(task -> {
          Thread thread = new Thread(task, "recording-model");
          thread.setDaemon(true);
          return thread;
        }));
    server.start();
    return model;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The bodies of the requests to a model, in order. */
  List<JsonNode> asked() {
    return List.copyOf(asked);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] sent = exchange.getRequestBody().readAllBytes();
    String answer = "{\"data\":[],\"models\":[]}";
    if (exchange.getRequestMethod().equals("POST")) {
      JsonNode body = JSON.readTree(sent);
      if (path.endsWith("/messages")) {
        asked.add(body);
        answer = message(body);
      } else if (path.endsWith("/responses")) {
        asked.add(body);
        answer = response(body);
      }
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    String type = answer.startsWith("{") ? "application/json" : "text/event-stream";
    exchange.getResponseHeaders().set("content-type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(200, head ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private static String message(JsonNode body) {
    String all = body.toString();
    String tool = "";
    String input = "{}";
    if (all.contains("\"name\":\"mcp__x__look\"") && !all.contains("tool_result")) {
      tool = "mcp__x__look";
    } else if (all.contains("\"name\":\"StructuredOutput\"")) {
      tool = "StructuredOutput";
      input = "{\\\"n\\\": 5}";
    }
    boolean text = tool.isEmpty();
    String block =
        text
            ? "{\"type\":\"text\",\"text\":\"\"}"
            : "{\"type\":\"tool_use\",\"id\":\"toolu_%d\",\"name\":\"%s\",\"input\":{}}"
                .formatted(all.length(), tool);
    String delta =
        text
            ? "{\"type\":\"text_delta\",\"text\":\"good day\"}"
            : "{\"type\":\"input_json_delta\",\"partial_json\":\"" + input + "\"}";
    return event(
            "message_start",
            "\"message\":{\"id\":\"msg_%d\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":1000,\"output_tokens\":1}}"
                .formatted(all.length()))
        + event("content_block_start", "\"index\":0,\"content_block\":" + block)
        + event("content_block_delta", "\"index\":0,\"delta\":" + delta)
        + event("content_block_stop", "\"index\":0")
        + event(
            "message_delta",
            "\"delta\":{\"stop_reason\":\"%s\"},\"usage\":{\"output_tokens\":2000}"
                .formatted(text ? "end_turn" : "tool_use"))
        + event("message_stop", "\"index\":0");
  }

  private static String response(JsonNode body) {
    String all = body.toString();
    boolean calls = all.contains("\"mcp__x\"") && !all.contains("function_call_output");
    String item =
        calls
            ? "{\"type\":\"function_call\",\"call_id\":\"c1\",\"id\":\"f1\",\"name\":\"look\",\"namespace\":\"mcp__x\",\"arguments\":\"{}\"}"
            : "{\"type\":\"message\",\"role\":\"assistant\",\"id\":\"m1\",\"content\":[{\"type\":\"output_text\",\"text\":\"good day\"}]}";
    return event("response.created", "\"response\":{\"id\":\"r1\"}")
        + event("response.output_item.done", "\"item\":" + item)
        + event(
            "response.completed",
            "\"response\":{\"id\":\"r1\",\"usage\":{\"input_tokens\":10,\"output_tokens\":5,\"total_tokens\":15}}");
  }

  private static String event(String type, String fields) {
    return "event: %s\ndata: {\"type\":\"%s\",%s}\n\n".formatted(type, type, fields);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
