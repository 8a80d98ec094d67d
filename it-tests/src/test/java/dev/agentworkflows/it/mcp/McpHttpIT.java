package dev.agentworkflows.it.mcp;

import static dev.agentworkflows.it.mcp.HttpClientSide.events;
import static dev.agentworkflows.it.mcp.HttpClientSide.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** {@code owf mcp --http}: who is answered, and how. */
class McpHttpIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static HttpClientSide server;
  private static Path slow;

  @BeforeAll
  static void listens() {
    slow =
        owf.script(
            "slow.py",
            """
            from workflows import agent
            async def main(args):
                await agent("slow one", metadata={"fake": {"delay_ms": args.get("ms", 100000)}})
                return "slept"
            """);
    server = HttpClientSide.start(owf);
  }

  private static Map<String, Object> call(int id, String tool, Map<String, Object> arguments) {
    return message(
        id,
        "tools/call",
        Map.of("name", tool, "arguments", arguments, "_meta", Map.of("progressToken", id)));
  }

  @Test
  void itListensOnLoopbackAlone() {
    assertThat(server.url().getHost()).isEqualTo("127.0.0.1");
  }

  @Test
  void whoeverHasNoTokenOrAnotherIsNotAnswered() throws Exception {
    for (String token :
        List.of("", "Bearer ", "Bearer wrong", "Basic " + server.token(), server.token())) {
      Map<String, String> headers = server.headers();
      headers.remove("Authorization");
      if (!token.isEmpty()) {
        headers.put("Authorization", token);
      }
      HttpResponse<String> response = server.post(headers, HttpClientSide.initialize());

      assertThat(response.statusCode()).as(token).isEqualTo(401);
      assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(response.headers().firstValue("Mcp-Session-Id")).isEmpty();
    }
    assertThat(Files.getPosixFilePermissions(server.tokenFile())).hasSize(2);
  }

  @Test
  void aPageOfAnotherMachineIsNotAnswered() throws Exception {
    assertThat(server.raw("localhost:" + server.url().getPort(), "")).contains("200");
    assertThat(server.raw("[::1]:" + server.url().getPort(), "")).contains("200");
    assertThat(server.raw("evil.example", "")).contains("403");
    assertThat(server.raw("localhost.evil.example:" + server.url().getPort(), "")).contains("403");
    assertThat(server.raw("127.0.0.1", "Origin: http://localhost:3000\r\n")).contains("200");
    assertThat(server.raw("127.0.0.1", "Origin: http://evil.example\r\n")).contains("403");
    assertThat(server.raw("127.0.0.1", "Origin: http://127.0.0.1.evil.example\r\n"))
        .contains("403");
    assertThat(server.raw("127.0.0.1", "Origin: null\r\n")).contains("403");
    assertThat(
            server.raw("127.0.0.1", "Origin: http://localhost\r\nOrigin: http://evil.example\r\n"))
        .contains("403");
  }

  @Test
  void aRequestThatMakesNoSenseGetsTheStatusThatSaysWhy() throws Exception {
    Map<String, String> session = server.session();
    Map<String, Object> ping = message(7, "ping", Map.of());
    assertThat(server.post(session, ping).statusCode()).isEqualTo(200);

    assertThat(server.post(server.headers(), ping).statusCode()).as("no session").isEqualTo(400);
    assertThat(server.post(changed(session, "Mcp-Session-Id", "another"), ping).statusCode())
        .isEqualTo(404);
    assertThat(
            server.post(changed(session, "MCP-Protocol-Version", "1999-01-01"), ping).statusCode())
        .isEqualTo(400);
    assertThat(server.post(changed(session, "Content-Type", "text/plain"), ping).statusCode())
        .isEqualTo(415);
    assertThat(server.post(changed(session, "Accept", "text/html"), ping).statusCode())
        .isEqualTo(406);
    assertThat(server.send("POST", session, "good morning").statusCode()).isEqualTo(400);
    assertThat(server.send("POST", session, "x".repeat(17 << 20)).statusCode()).isEqualTo(413);
    HttpResponse<String> get = server.send("GET", session, "");
    assertThat(get.statusCode()).isEqualTo(405);
    assertThat(get.headers().firstValue("Allow")).contains("POST, DELETE");
  }

  private static Map<String, String> changed(
      Map<String, String> headers, String name, String value) {
    Map<String, String> changed = new java.util.LinkedHashMap<>(headers);
    changed.put(name, value);
    return changed;
  }

  @Test
  void aRunsProgressAndEndComeAsEvents() throws Exception {
    Map<String, String> session = server.session();

    HttpResponse<String> response =
        server.post(
            session,
            call(
                3,
                "owf_run_workflow",
                Map.of("script", slow.toString(), "args", Map.of("ms", 1200))));

    assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
    List<JsonNode> events = events(response.body());
    assertThat(events.get(0).get("method").stringValue()).isEqualTo("notifications/progress");
    JsonNode last = events.get(events.size() - 1);
    assertThat(last.get("id").intValue()).isEqualTo(3);
    assertThat(last.at("/result/structuredContent/output").stringValue()).isEqualTo("slept");
  }

  @Test
  void aRunGoesOnWithoutItsClientAndOneThatIsCancelledDoesNot() throws Exception {
    Map<String, String> session = server.session();
    HttpResponse<java.io.InputStream> running =
        server.stream(session, call(4, "owf_run_workflow", Map.of("script", slow.toString())));
    String run;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(running.body(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (!line.startsWith("data: ")) {
        line = lines.readLine();
      }
      String told = events(line).get(0).at("/params/message").stringValue();
      run = told.substring(0, told.indexOf(':'));
    }
    assertThat(status(session, run, 1)).as("the client has hung up").isEqualTo("running");

    assertThat(
            server
                .post(
                    session,
                    Map.of(
                        "jsonrpc",
                        "2.0",
                        "method",
                        "notifications/cancelled",
                        "params",
                        Map.of("requestId", 4)))
                .statusCode())
        .isEqualTo(202);

    assertThat(status(session, run, 30)).isEqualTo("cancelled");
  }

  private static String status(Map<String, String> session, String run, int seconds)
      throws Exception {
    List<JsonNode> events =
        events(
            server
                .post(session, call(5, "owf_status", Map.of("run", run, "wait_seconds", seconds)))
                .body());
    return events.get(events.size() - 1).at("/result/structuredContent/run/status").stringValue();
  }

  @Test
  void aSessionThatHasEndedIsUnknown() throws Exception {
    Map<String, String> session = server.session();
    Map<String, String> other = server.session();
    Map<String, Object> ping = message(9, "ping", Map.of());

    assertThat(server.send("DELETE", session, "").statusCode()).isEqualTo(204);

    assertThat(server.post(session, ping).statusCode()).isEqualTo(404);
    assertThat(server.post(other, ping).statusCode()).isEqualTo(200);
  }

  @Test
  void runsAreCancelledWhenItIsEndedByASignal() throws Exception {
    Owf.Finished finished;
    HttpClientSide ending = HttpClientSide.start(owf);
    Map<String, String> session = ending.session();
    List<JsonNode> begun =
        events(
            ending
                .post(
                    session,
                    call(6, "owf_run_workflow", Map.of("script", slow.toString(), "wait", false)))
                .body());
    String run = begun.get(begun.size() - 1).at("/result/structuredContent/run_id").stringValue();
    ending.process().terminate();
    finished = ending.process().finish();

    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(143);
    assertThat(owf.json("status", run).at("/run/status").stringValue()).isEqualTo("cancelled");
  }
}
