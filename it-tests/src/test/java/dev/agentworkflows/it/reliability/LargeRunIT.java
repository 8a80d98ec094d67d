package dev.agentworkflows.it.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.mcp.StdioClient;
import dev.agentworkflows.testkit.Generated;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every command on long runs, each in a heap of 256 megabytes. Two such runs of one script, so that
 * they are compared with each other. CI has 30,000 calls in each, since 90,000 ({@code -Dscale=3})
 * take ten minutes.
 */
@Tag("slow")
class LargeRunIT {

  private static final int CALLS = Generated.count(12_000);
  private static final String HEAP = "-Xmx256m";

  @RegisterExtension static final Owf owf = new Owf();

  private static String run = "";
  private static String earlier = "";

  @BeforeAll
  static void makeTheRuns() throws Exception {
    Path script =
        owf.script(
            "large.py",
            """
            from workflows import agent, log
            async def main(args):
                log("begun")
                return (await agent("a prompt", label="call 1")).text
            """);
    earlier = owf.json("run", script.toString()).get("run_id").stringValue();
    run =
        owf.json("run", script.toString(), "--cache-policy", "refresh").get("run_id").stringValue();
    try (Connection database =
            DriverManager.getConnection("jdbc:sqlite:" + owf.home().resolve("workflow.sqlite"));
        Statement statement = database.createStatement()) {
      database.setAutoCommit(false);
      for (String large : List.of(earlier, run)) {
        enlarge(statement, large);
      }
      database.commit();
    }
  }

  /** As many calls as are wanted, each like the run's own; one in a hundred failed. */
  private static void enlarge(Statement statement, String id) throws SQLException {
    String of = "(SELECT no FROM run WHERE id = '" + id + "')";
    String numbers =
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
            .formatted(CALLS);
    statement.executeUpdate(
        """
        INSERT INTO call (no, label, phase, status, cache_status, call_key, occurrence,
          key_parts_json, provider, model, agent_type, isolation, mutating, input_tokens,
          output_tokens, estimated_cost_nano_usd, attempts, queue_ms, duration_ms, error, created_at,
          completed_at, place, reusable)
        %s SELECT (c.no - 1) + n.i, 'call ' || n.i, 'phase ' || (n.i %% 7),
          iif(n.i %% 100 = 0, 'provider_failed', c.status), c.cache_status, randomblob(32),
          c.occurrence, c.key_parts_json, c.provider, c.model, c.agent_type, c.isolation, c.mutating,
          c.input_tokens, c.output_tokens, c.estimated_cost_nano_usd, c.attempts, 3, 1200,
          iif(n.i %% 100 = 0, 'request ' || n.i || ' was refused ' || hex(randomblob(300)), NULL),
          c.created_at + n.i, c.completed_at + n.i + 1000, n.i * 7919, c.reusable
        FROM n, call c WHERE c.no = (%s << 32) + 1
        """
            .formatted(numbers, of));
    for (String table : List.of("prompt (call_no, body)", "answer (call_no, text)")) {
      statement.executeUpdate(
          "INSERT INTO %s %s SELECT (%s << 32) + n.i, CAST(hex(randomblob(200)) AS BLOB) FROM n"
              .formatted(table, numbers, of));
    }
    statement.executeUpdate(
        ("INSERT INTO event (no, type, message, phase, data_json, at) %s"
                + " SELECT (%s << 32) + n.i, iif(n.i %% 1000 = 0, 'warning', 'log'),"
                + " 'message ' || n.i, NULL, '{}', (SELECT max(at) FROM event) FROM n")
            .formatted(numbers, of));
    statement.executeUpdate(
        ("UPDATE run_result SET output_json = (%s SELECT CAST('[' || group_concat("
                + " '{\"answer\": \"' || hex(randomblob(40)) || '\"}') || ']' AS BLOB) FROM n)"
                + " WHERE run_no = %s")
            .formatted(numbers, of));
  }

  private static Owf.Invocation small(String... arguments) {
    return owf.command(arguments).with("JAVA_TOOL_OPTIONS", HEAP);
  }

  /** What a command printed, which is one JSON document; read as it comes. */
  private static long elements(String... arguments) throws Exception {
    Process process = small(arguments).and("--json").talk();
    long elements = 0;
    try (InputStream out = process.getInputStream();
        JsonParser parser = JsonMapper.shared().createParser(out)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token == JsonToken.START_OBJECT && depth == 2) {
          elements++;
        }
      }
      assertThat(depth).isZero();
    }
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(String.join(" ", arguments)).isZero();
    return elements;
  }

  private static long lines(String... arguments) throws Exception {
    Process process = small(arguments).talk();
    long lines;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      lines = out.lines().count();
    }
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(String.join(" ", arguments)).isZero();
    return lines;
  }

  @ParameterizedTest
  @ValueSource(strings = {"calls", "explain-cache", "events", "output"})
  void listsAreStreamed(String command) throws Exception {
    int missing = command.equals("output") ? 1 : 0;

    assertThat(elements(command, run)).isGreaterThanOrEqualTo(CALLS - missing);
    if (!command.equals("output")) {
      assertThat(lines(command, run)).isGreaterThanOrEqualTo(CALLS);
    }
  }

  @Test
  void statusHasEachCall() throws Exception {
    assertThat(elements("status", run)).as("run, and a list of calls").isEqualTo(1);
    assertThat(lines("status", run)).isGreaterThan(CALLS);
  }

  @Test
  void otherCommandsWorkAsWell() throws Exception {
    elements("usage");
    elements("gc", "--dry-run");
    elements("gc", "--dry-run", "--keep", "0");
    elements("cat", run + "_call_" + CALLS);
    assertThat(elements("runs")).isEqualTo(2);
    Owf.Finished diff = small("diff", run + "_call_" + CALLS).run();
    assertThat(diff.exitCode()).isEqualTo(2);
    assertThat(diff.stderr()).contains("no worktree");
  }

  @Test
  void whatNobodyReadsToItsEndEnds() throws Exception {
    Process process = small("calls", run, "--json").talk();
    process.getInputStream().readNBytes(1000);
    process.getInputStream().close();

    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isNotZero();
  }

  @Test
  void theFilesOfEachCallAreMade() throws Exception {
    Path target = owf.directory().resolve("exported");

    assertThat(elements("export", run, target.toString())).isGreaterThan(2L * CALLS);
    assertThat(target.resolve(run).resolve("calls").resolve(run + "_call_" + CALLS)).isDirectory();
  }

  @Test
  void aMarkdownReportIsShortAndSaysWhatItLeavesOut() throws Exception {
    String report = Files.readString(report());

    assertThat(report.length()).isLessThan(65_536).isGreaterThan(30_000);
    assertThat(report)
        .contains(
            "request 100 was refused", "Left out here", "owf calls " + run, "owf events " + run);
    assertThat(small("report", run, "--stdout").run().stdout().length()).isLessThan(65_536);
  }

  @Test
  void anHtmlReportIsBoundedAndSaysWhatItLeavesOut() throws Exception {
    Path page = report("--html");
    String report = Files.readString(page);

    assertThat(Files.size(page)).isLessThan(10_000_000);
    assertThat(report)
        .as("the last failure, before successes")
        .contains("id=\"c" + CALLS + "\"", "request " + CALLS + " was refused");
    assertThat(report).contains("calls are left out here", "events are left out here");
  }

  private static Path report(String... options) {
    Owf.Finished finished = small("report", run, "--json").and(options).run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return Path.of(finished.json().get("path").stringValue());
  }

  @Test
  void aLargeRunIsResumed() {
    Owf.Finished resumed = small("resume", earlier, "--json").run();

    assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
    assertThat(owf.calls(resumed.json().get("run_id").stringValue()).at("/0/cache_status"))
        .isEqualTo(Json.read("\"hit\""));
    remove(resumed.json().get("run_id").stringValue());
  }

  /** The other tests count runs. */
  private static void remove(String id) {
    try (Connection database =
            DriverManager.getConnection("jdbc:sqlite:" + owf.home().resolve("workflow.sqlite"));
        Statement statement = database.createStatement()) {
      statement.executeUpdate("DELETE FROM run WHERE id = '" + id + "'");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void eachToolAnswersAndIsBounded() throws Exception {
    List<String> tools =
        List.of("owf_status", "owf_calls", "owf_output", "owf_explain_cache", "owf_artifacts");
    try (StdioClient client = StdioClient.of(small("mcp"))) {
      for (String tool : tools) {
        JsonNode answer = client.fine(tool, Map.of("run", run));
        assertThat(answer.toString().length()).as(tool).isLessThan(400_000);
        List<String> names = new ArrayList<>(answer.propertyNames());
        assertThat(names.get(0)).as(tool).isIn("run_id", "run");
      }
      JsonNode last =
          client.fine("owf_explain_cache", Map.of("run", run, "offset", CALLS - 1, "limit", 10));
      assertThat(last.get("calls_total").intValue()).isEqualTo(CALLS);
      assertThat(last.get("calls").size()).isEqualTo(1);
      JsonNode report = client.call("owf_report", Map.of("run", run));
      assertThat(report.at("/content/0/text").stringValue().length()).isLessThan(65_536);
    }
  }

  @Test
  void theWebViewShowsIt() throws Exception {
    Process ui = small("ui", "--json").talk();
    StringBuilder said = new StringBuilder();
    while (said.indexOf("}") < 0) {
      said.append((char) ui.getInputStream().read());
    }
    URI address = URI.create(Json.read(said.toString()).get("url").stringValue());
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/api/feed?" + run))
            .header("Authorization", "Bearer " + address.getFragment().replace("token=", ""))
            .build();

    HttpResponse<String> told =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

    assertThat(told.statusCode()).isEqualTo(200);
    assertThat(told.body()).contains("\"end\":true").endsWith("event: end\ndata: {}\n\n");
    ui.destroy();
    assertThat(ui.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theArtifactsOfARunAreListed() throws Exception {
    assertThat(elements("artifacts", run)).isGreaterThan(2L * CALLS);
  }
}
