package dev.agentworkflows.it.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.it.agents.InstalledAgents;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The protocol's own conformance suite and inspector, against the real server. */
@Tag("slow")
class McpOfficialIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final Pattern LISTENING = Pattern.compile("listening on (\\d+)\\.");

  private static InstalledMcpPrograms installed;
  private static HttpClientSide server;
  private static final String TOKEN = "the-token-of-the-conformance-server";

  private static String proxied = "";
  private static String transport = "";
  private static Path script;

  @BeforeAll
  static void listens() throws Exception {
    Optional<InstalledMcpPrograms> found = InstalledMcpPrograms.find();
    assumeTrue(found.isPresent(), InstalledMcpPrograms::trouble);
    installed = found.orElseThrow();
    script =
        owf.script(
            "greeting.py",
            """
            from workflows import agent
            async def main(args):
                return (await agent("Greet")).text
            """);
    owf.json("run", script.toString());
    server = HttpClientSide.start(owf);
    proxied = proxied(server.url().toString(), server.token());
    transport = proxied(transportServer(), TOKEN);
  }

  private static String proxied(String url, String token) {
    Path proxy = Path.of("src/test/resources/bearer_proxy.mjs").toAbsolutePath();
    OwfProcess passing = program("node", proxy.toString(), url, token).start().awaitOutput(".\n");
    Matcher listening = LISTENING.matcher(passing.output());
    assertThat(listening.find()).isTrue();
    return "http://127.0.0.1:" + listening.group(1) + "/mcp";
  }

  /** The product's transport with the suite's own tools. */
  private static String transportServer() {
    String classes =
        System.getProperty("owf.jar", "") + ":" + System.getProperty("owf.coordinator.tests", "");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    OwfProcess process =
        owf.program(
                List.of(
                    java,
                    "-cp",
                    classes,
                    "dev.agentworkflows.coordinator.mcp.ConformanceServer",
                    TOKEN))
            .start()
            .awaitOutput("/mcp.\n");
    return process.output().strip().replaceAll("\\.$", "");
  }

  private static Owf.Invocation program(String name, String... arguments) {
    List<String> command = new ArrayList<>(List.of(installed.programs().resolve(name).toString()));
    command.addAll(List.of(arguments));
    return owf.program(command)
        .with("PATH", installed.programs() + ":" + System.getenv().getOrDefault("PATH", ""));
  }

  /**
   * Those that need no tools, resources or prompts of the suite's own; docs/mcp.md lists the
   * others.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "server-initialize",
        "logging-set-level",
        "ping",
        "tools-list",
        "server-sse-multiple-streams",
        "resources-list",
        "dns-rebinding-protection"
      })
  void theConformanceSuitesScenarioPasses(String scenario) {
    assertPasses(scenario, proxied);
  }

  /** What the suite's tools need of a transport, and the product's own tools do not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tools-call-simple-text",
        "tools-call-error",
        "tools-call-with-logging",
        "tools-call-with-progress",
        "tools-call-sampling",
        "tools-call-elicitation",
        "resources-read-text",
        "resources-read-binary",
        "resources-templates-read",
        "resources-subscribe",
        "resources-unsubscribe",
        "server-sse-multiple-streams",
        "dns-rebinding-protection"
      })
  void theTransportPassesTheScenarioWithTheSuitesTools(String scenario) {
    assertPasses(scenario, transport);
  }

  private static void assertPasses(String scenario, String url) {
    Finished finished =
        program("conformance", "server", "--url", url, "--scenario", scenario).run();

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.stdout()).containsPattern("Passed: ([1-9]\\d*)/\\1\\b");
  }

  @Test
  void theInspectorListsToolsOverStandardInput() {
    JsonNode tools = inspector(stdio("--method", "tools/list"));

    assertThat(tools.get("tools")).hasSize(17);
  }

  @Test
  void theInspectorRunsAWorkflowOverStandardInput() {
    JsonNode result =
        inspector(
            stdio(
                "--method",
                "tools/call",
                "--tool-name",
                "owf_run_workflow",
                "--tool-arg",
                "script=" + script));

    assertThat(result.at("/structuredContent/status").stringValue()).isEqualTo("done");
  }

  @Test
  void theInspectorReadsAReportOverHttp() throws Exception {
    JsonNode result =
        inspector(
            server.url().toString(),
            "--transport",
            "http",
            "--header",
            "Authorization: Bearer " + server.token(),
            "--method",
            "resources/read",
            "--uri",
            "owf://runs/latest/report");

    assertThat(result.at("/contents/0/text").stringValue()).startsWith("# greeting.py: done");
  }

  @Test
  void claudeCodeConnects() throws Exception {
    Optional<InstalledAgents> agents = InstalledAgents.find();
    assumeTrue(agents.isPresent(), InstalledAgents::trouble);
    String claude = agents.orElseThrow().programs().resolve("claude").toString();
    Finished added =
        owf.program(List.of(claude, "mcp", "add", "owf", "--")).and(server("mcp")).run();
    assertThat(added.exitCode()).as(added.toString()).isZero();

    Finished listed = owf.program(List.of(claude, "mcp", "list")).run();

    assertThat(listed.stdout()).as(listed.toString()).contains("owf: ", "Connected");
  }

  private static String[] stdio(String... arguments) {
    List<String> words = new ArrayList<>(List.of(server("mcp", "--home", owf.home().toString())));
    words.addAll(List.of(arguments));
    return words.toArray(String[]::new);
  }

  private static String[] server(String... arguments) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                System.getProperty("owf.jar", "")));
    words.addAll(List.of(arguments));
    return words.toArray(String[]::new);
  }

  private static JsonNode inspector(String... arguments) {
    Finished finished = program("mcp-inspector", "--cli").and(arguments).run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return Json.read(finished.stdout());
  }
}
