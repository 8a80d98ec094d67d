package dev.agentworkflows.it.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.agentworkflows.it.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Speaks the APIs of all providers, and says the key that it was sent wherever an answer has room
 * for words. What it does is named in the prompt: {@code scene:…}. On sockets, because no server
 * library would send some of this.
 */
final class EchoingProvider implements AutoCloseable {

  /** What it can be asked to do, besides {@code limited}. */
  static final List<String> SCENES =
      List.of(
          "error",
          "refused-key",
          "html",
          "reason",
          "redirect",
          "endless",
          "cut",
          "text",
          "json",
          "headers",
          "model",
          "usage",
          "empty",
          "garbage",
          "truncated");

  private static final Pattern SCENE = Pattern.compile("scene:([a-z-]+)");

  private final List<PlantedKey> keys;
  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger served = new AtomicInteger();
  private volatile String lastBatch = "";

  EchoingProvider(List<PlantedKey> keys) throws IOException {
    this.keys = keys;
    socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  /** How many requests brought a key that it knows. */
  int served() {
    return served.get();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        threads.execute(() -> serve(connection));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setSoTimeout(30_000);
      String head = head(connection.getInputStream());
      byte[] body = connection.getInputStream().readNBytes(length(head));
      answer(head, new String(body, UTF_8), connection.getOutputStream());
    } catch (IOException e) {
      // A client that has heard enough.
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int last = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      head.write(b);
      last = last << 8 | b;
      if (last == 0x0d0a0d0a) {
        break;
      }
    }
    return head.toString(ISO_8859_1);
  }

  private static int length(String head) {
    Matcher length = Pattern.compile("(?im)^content-length: *(\\d+)").matcher(head);
    return length.find() ? Integer.parseInt(length.group(1)) : 0;
  }

  private void answer(String head, String body, OutputStream out) throws IOException {
    PlantedKey key =
        keys.stream().filter(known -> head.contains(known.value())).findFirst().orElse(null);
    if (key == null) {
      send(out, "200 OK", "", prices());
      return;
    }
    served.incrementAndGet();
    String path = head.split(" ", 3)[1];
    String echo = key.everyWay();
    if (path.contains("batches") || path.contains("files")) {
      send(out, "200 OK", "", batch(head, path, body, echo, key.value()));
      return;
    }
    Matcher scene = SCENE.matcher(body);
    play(scene.find() ? scene.group(1) : "text", path, key, echo, out);
  }

  private void play(String scene, String path, PlantedKey key, String echo, OutputStream out)
      throws IOException {
    String error =
        "{\"error\":{\"message\":%1$s,\"type\":%1$s,\"code\":%1$s,\"status\":%1$s,\"param\":%1$s,\"details\":[%1$s]},\"type\":\"error\",\"request_id\":%1$s}"
            .formatted(Json.write(echo));
    String line = echo.replaceAll("[\\r\\n]", " ");
    switch (scene) {
      case "error" -> send(out, "400 Bad Request", "", error);
      case "refused-key" ->
          send(
              out,
              "401 Unauthorized",
              "WWW-Authenticate: Bearer error=\"" + line + "\"\r\n",
              error);
      case "html" ->
          send(out, "500 No", "Content-Type: text/html\r\n", "<html><b>" + echo + "</b>");
      case "limited" ->
          send(
              out,
              "429 Too Many",
              "Retry-After: " + line + "\r\nx-ratelimit-reset: " + line + "\r\n",
              error);
      case "reason" -> send(out, "418 " + line, "", echo);
      case "redirect" ->
          send(
              out,
              "302 Found",
              "Location: http://127.0.0.1:1/?key=" + key.disguises().get("url") + "\r\n",
              echo);
      case "endless" -> endless(out, echo);
      case "cut" -> {
        byte[] half = reply(path, echo, "m", "", "stop").getBytes(UTF_8);
        out.write(
            ("HTTP/1.1 200 OK\r\nContent-Length: " + half.length + "\r\n\r\n").getBytes(UTF_8));
        out.write(half, 0, half.length - 20);
        out.flush();
      }
      case "json" ->
          send(
              out,
              "200 OK",
              "",
              reply(
                  path,
                  "{\"found\":"
                      + Json.write(echo)
                      + ","
                      + Json.write(key.value())
                      + ":["
                      + "\""
                      + key.disguises().get("unicode escapes")
                      + "\""
                      + "]}",
                  "m",
                  "",
                  "stop"));
      case "headers" ->
          send(
              out,
              "200 OK",
              "x-request-id: " + line + "\r\nopenai-organization: " + line + "\r\n",
              reply(path, "fine", "m", "", "stop"));
      case "model" -> send(out, "200 OK", "", reply(path, "fine", "m " + echo, "", "stop"));
      case "usage" -> send(out, "200 OK", "", reply(path, "fine", "m", Json.write(echo), "stop"));
      case "empty" ->
          send(
              out,
              "200 OK",
              "",
              "{\"choices\":[],\"content\":[],\"candidates\":[],\"note\":"
                  + Json.write(echo)
                  + "}");
      case "garbage" -> send(out, "200 OK", "", "{\"choices\": " + echo);
      case "truncated" -> send(out, "200 OK", "", reply(path, echo, "m", "", echo));
      default -> send(out, "200 OK", "", reply(path, echo, "m", "", "stop"));
    }
  }

  /** One document that each provider's adapter takes for its own. */
  private static String reply(String path, String text, String model, String usage, String finish) {
    String count = usage.isEmpty() ? "7" : usage;
    String words = Json.write(text);
    String end = Json.write(finish);
    String name = Json.write(model);
    if (path.contains("generateContent")) {
      String said = finish.equals("stop") ? "\"STOP\"" : end;
      return "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":%s}]},\"finishReason\":%s}],\"modelVersion\":%s,\"usageMetadata\":{\"promptTokenCount\":%s,\"candidatesTokenCount\":%s}}"
          .formatted(words, said, name, count, count);
    }
    if (path.contains("messages")) {
      String said = finish.equals("stop") ? "\"end_turn\"" : end;
      return "{\"content\":[{\"type\":\"text\",\"text\":%s}],\"stop_reason\":%s,\"model\":%s,\"usage\":{\"input_tokens\":%s,\"output_tokens\":%s}}"
          .formatted(words, said, name, count, count);
    }
    return "{\"choices\":[{\"message\":{\"content\":%s},\"finish_reason\":%s}],\"model\":%s,\"usage\":{\"prompt_tokens\":%s,\"completion_tokens\":%s}}"
        .formatted(words, end, name, count, count);
  }

  /** Uploads, batches and results: both providers' fields at once. */
  private String batch(String head, String path, String body, String echo, String key) {
    String words = Json.write(echo);
    if (head.startsWith("POST") && path.endsWith("/files")) {
      return "{\"id\":\"file-1\",\"filename\":" + words + "}";
    }
    if (path.endsWith("/content") || path.endsWith("/results")) {
      StringBuilder lines = new StringBuilder();
      for (String id : List.of("line-1", "line-2", "line-3", "line-1", "a", "b", key)) {
        boolean bad = id.equals("b") || id.equals("line-2");
        lines.append(
            (path.endsWith("/content")
                    ? (bad
                        ? "{\"custom_id\":%1$s,\"response\":{\"status_code\":400,\"body\":{\"error\":{\"message\":%2$s,\"code\":%2$s}}},\"error\":{\"message\":%2$s}}\n"
                        : "{\"custom_id\":%1$s,\"response\":{\"status_code\":200,\"request_id\":%2$s,\"body\":{\"model\":%2$s,\"choices\":[{\"message\":{\"content\":%2$s},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}}}\n")
                    : (bad
                        ? "{\"custom_id\":%1$s,\"result\":{\"type\":\"errored\",\"error\":{\"type\":\"error\",\"error\":{\"type\":%2$s,\"message\":%2$s}}}}\n"
                        : "{\"custom_id\":%1$s,\"result\":{\"type\":\"succeeded\",\"message\":{\"model\":%2$s,\"stop_reason\":\"end_turn\",\"content\":[{\"type\":\"text\",\"text\":%2$s}],\"usage\":{\"input_tokens\":5,\"output_tokens\":2}}}}\n"))
                .formatted(Json.write(id), words));
      }
      return lines.toString();
    }
    if (head.startsWith("POST") && path.endsWith("/batches")) {
      Matcher reference = Pattern.compile("\"owf_batch\" *: *(\"[^\"]*\")").matcher(body);
      lastBatch = reference.find() ? "{\"owf_batch\":" + reference.group(1) + "}" : "{}";
    }
    String shown =
        "{\"id\":\"batch-1\",\"status\":\"completed\",\"processing_status\":\"ended\",\"output_file_id\":\"file-2\",\"metadata\":%s,\"errors\":{\"data\":[{\"message\":%s}]},\"request_counts\":{\"total\":2,\"completed\":2,\"failed\":0,\"succeeded\":2,\"errored\":0},\"created_at\":1790000000}"
            .formatted(lastBatch.isEmpty() ? "{}" : lastBatch, words);
    return head.startsWith("GET") && path.replaceAll("\\?.*", "").endsWith("/batches")
        ? "{\"data\":[" + shown + "],\"has_more\":false}"
        : shown;
  }

  /** Who asks for prices brings no key; the table knows one all the same. */
  private String prices() {
    String echo = Json.write(keys.get(0).everyWay());
    return "{\"date\":\"2026-11-01\",\"source\":%1$s,\"note\":%1$s,\"prices\":[{\"model\":%1$s,\"provider\":\"openai\",\"input\":1,\"output\":2,\"note\":%1$s}]}"
        .formatted(echo);
  }

  private static void send(OutputStream out, String status, String headers, String body)
      throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    String type =
        headers.toLowerCase(Locale.ROOT).contains("content-type")
            ? ""
            : "Content-Type: application/json\r\n";
    String head =
        "HTTP/1.1 "
            + status
            + "\r\n"
            + headers
            + type
            + "Content-Length: "
            + bytes.length
            + "\r\nConnection: close\r\n\r\n";
    out.write(head.getBytes(ISO_8859_1));
    out.write(bytes);
    out.flush();
  }

  /** Until nobody listens any more; bounded all the same. */
  private static void endless(OutputStream out, String echo) throws IOException {
    out.write(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"x\":\""
            .getBytes(UTF_8));
    byte[] piece = new byte[1 << 16];
    byte[] words = echo.getBytes(UTF_8);
    for (int i = 0; i < piece.length; i++) {
      piece[i] = words[i % words.length];
    }
    for (int i = 0; i < 512; i++) {
      out.write(piece);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
