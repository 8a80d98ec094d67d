package dev.agentworkflows.it.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.OwfProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code owf mcp --http}, and requests to it as a test wants them. */
final class HttpClientSide {

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final OwfProcess process;
  private final URI url;
  private final Path tokenFile;

  private HttpClientSide(OwfProcess process, URI url, Path tokenFile) {
    this.process = process;
    this.url = url;
    this.tokenFile = tokenFile;
  }

  static HttpClientSide start(Owf owf) {
    OwfProcess process =
        owf.command("mcp", "--http", "--port", "0", "--json").start().awaitOutput("}\n");
    JsonNode told = Json.read(process.output());
    return new HttpClientSide(
        process,
        URI.create(told.get("url").stringValue()),
        Path.of(told.get("token_file").stringValue()));
  }

  URI url() {
    return url;
  }

  Path tokenFile() {
    return tokenFile;
  }

  OwfProcess process() {
    return process;
  }

  String token() throws IOException {
    return Files.readString(tokenFile).strip();
  }

  /** The headers of a good request, to be changed. */
  Map<String, String> headers() throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Authorization", "Bearer " + token());
    headers.put("Content-Type", "application/json");
    headers.put("Accept", "application/json, text/event-stream");
    return headers;
  }

  HttpResponse<String> post(Map<String, String> headers, Object message)
      throws IOException, InterruptedException {
    return send("POST", headers, MAPPER.writeValueAsString(message));
  }

  HttpResponse<String> send(String method, Map<String, String> headers, String body)
      throws IOException, InterruptedException {
    return HTTP.send(request(method, headers, body), HttpResponse.BodyHandlers.ofString());
  }

  /** An answer that is read while it comes. */
  HttpResponse<InputStream> stream(Map<String, String> headers, Object message)
      throws IOException, InterruptedException {
    return HTTP.send(
        request("POST", headers, MAPPER.writeValueAsString(message)),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  private HttpRequest request(String method, Map<String, String> headers, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofSeconds(90))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return request.build();
  }

  static Map<String, Object> message(int id, String method, Object params) {
    return Map.of("jsonrpc", "2.0", "id", id, "method", method, "params", params);
  }

  static Map<String, Object> initialize() {
    return message(
        1,
        "initialize",
        Map.of(
            "protocolVersion",
            "2025-11-25",
            "capabilities",
            Map.of(),
            "clientInfo",
            Map.of("name", "it", "version", "1")));
  }

  /** A session's headers. */
  Map<String, String> session() throws IOException, InterruptedException {
    HttpResponse<String> response = post(headers(), initialize());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    Map<String, String> session = headers();
    session.put("Mcp-Session-Id", response.headers().firstValue("Mcp-Session-Id").orElseThrow());
    session.put("MCP-Protocol-Version", "2025-11-25");
    assertThat(
            post(session, Map.of("jsonrpc", "2.0", "method", "notifications/initialized"))
                .statusCode())
        .isEqualTo(202);
    return session;
  }

  /** The messages of an answer that is over. */
  static List<JsonNode> events(String body) {
    return body.lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> Json.read(line.substring("data: ".length())))
        .toList();
  }

  /** A request with a header that Java's client does not let through. Gives the status line. */
  String raw(String host, String extraHeader) throws IOException {
    String body = MAPPER.writeValueAsString(initialize());
    try (Socket socket = new Socket("127.0.0.1", url.getPort())) {
      socket.setSoTimeout(30_000);
      String request =
          "POST /mcp HTTP/1.1\r\nHost: %s\r\n%sAuthorization: Bearer %s\r\nContent-Type: application/json\r\nAccept: */*\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(host, extraHeader, token(), body.length(), body);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.lines().findFirst().orElse("");
    }
  }
}
