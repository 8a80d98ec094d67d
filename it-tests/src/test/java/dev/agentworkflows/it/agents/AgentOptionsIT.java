package dev.agentworkflows.it.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.adapter.cli.ClaudeAdapterFactory;
import dev.agentworkflows.adapter.cli.CodexAdapterFactory;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Effort;
import dev.agentworkflows.spi.McpServer;
import dev.agentworkflows.testkit.TestCallContext;
import dev.agentworkflows.testkit.TestCalls;
import dev.agentworkflows.testkit.TestContext;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What of a call's options reaches the model through the real programs. */
@Timeout(120)
class AgentOptionsIT {

  @RegisterExtension
  static final AgentPrograms PROGRAMS = AgentPrograms.answering("{\"fixtures\": []}");

  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}";

  private static final byte[] PNG =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC");

  private static final String SERVER =
      """
      import json, os, sys
      for line in sys.stdin:
          message = json.loads(line)
          if "id" not in message:
              continue
          method = message["method"]
          if method == "initialize":
              result = {"protocolVersion": message["params"]["protocolVersion"],
                        "capabilities": {"tools": {}}, "serverInfo": {"name": "t", "version": "1"}}
          elif method == "tools/list":
              result = {"tools": [{"name": "look", "description": "looks",
                                   "inputSchema": {"type": "object", "properties": {}}}]}
          elif method == "tools/call":
              result = {"content": [{"type": "text", "text": "token " + os.environ["TOKEN"]}]}
          else:
              result = {}
          print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
      """;

  private final AdapterFactory claude = new ClaudeAdapterFactory();
  private final AdapterFactory codex = new CodexAdapterFactory();
  private final TestCallContext context = new TestCallContext();
  private RecordingModel model;
  private Path work;

  @BeforeEach
  void start() throws IOException {
    model = RecordingModel.start();
    work = Files.createDirectories(PROGRAMS.root().resolve("work"));
    Path configuration = PROGRAMS.home().resolve(".codex/config.toml");
    Files.writeString(
        configuration,
        Files.readString(configuration)
            .replaceAll("base_url = \".*\"", "base_url = \"" + model.url() + "/v1\""));
  }

  @AfterEach
  void stop() {
    model.close();
  }

  private String ask(AdapterFactory factory, AgentCall call) throws Exception {
    TestContext settings =
        TestContext.empty()
            .withEnvironment(PROGRAMS.environment())
            .withEnvironment(Map.of("ANTHROPIC_BASE_URL", model.url()));
    for (var key : PROGRAMS.keys().entrySet()) {
      settings = settings.withSecret(key.getKey(), key.getValue());
    }
    try (Adapter adapter = factory.create(settings)) {
      return adapter.invoke(call, context).text();
    }
  }

  private AgentCall call(CallOptions options) {
    return TestCalls.withOptions(TestCalls.reading(work, "/hello there"), options);
  }

  private McpServer server() throws IOException {
    Path script = work.resolveSibling("server.py");
    Files.writeString(script, SERVER);
    return new McpServer.Program(
        "x", "python3", List.of(script.toString()), Map.of("TOKEN", "of-the-server"));
  }

  private static CallOptions options(
      @Nullable String system, @Nullable Effort effort, @Nullable List<String> tools) {
    return new CallOptions(system, effort, tools, List.of(), List.of());
  }

  private static List<String> tools(JsonNode body) {
    List<String> names = new ArrayList<>();
    body.path("tools").forEach(tool -> names.add(tool.path("name").asString("")));
    return names;
  }

  @Test
  void claudeGetsSystemEffortToolsAndFiles() throws Exception {
    CallOptions options =
        new CallOptions(
            "SYSTEM-MARK",
            Effort.LOW,
            List.of("Read"),
            List.of(),
            List.of(
                new AttachedFile("a.png", AttachedFile.Type.PNG, PNG),
                new AttachedFile(
                    "b.pdf",
                    AttachedFile.Type.PDF,
                    "%PDF-1.4\n".getBytes(StandardCharsets.UTF_8))));
    assertThat(ask(claude, call(options))).isEqualTo("good day");
    JsonNode asked = model.asked().get(0);
    assertThat(asked.path("system").toString()).contains("SYSTEM-MARK");
    assertThat(asked.at("/output_config/effort").asString("")).isEqualTo("low");
    assertThat(tools(asked)).containsExactly("Read");
    assertThat(asked.path("messages").toString())
        .contains("\"media_type\":\"image/png\"", "\"media_type\":\"application/pdf\"")
        .contains("\"text\":\"\\n/hello there\"");
  }

  @Test
  void claudeHasNoToolsWhereNoneAreNamed() throws Exception {
    ask(claude, call(options(null, null, List.of())));
    assertThat(tools(model.asked().get(0))).isEmpty();
  }

  @Test
  void claudeUsesAnMcpServerInAReadOnlyCall() throws Exception {
    ask(claude, call(new CallOptions(null, null, List.of(), List.of(server()), List.of())));
    assertThat(model.asked()).hasSize(2);
    assertThat(model.asked().get(1).toString()).contains("token of-the-server");
  }

  @Test
  void claudeIsHeldToASchemaThatFits() throws Exception {
    AgentCall call = TestCalls.withSchema(call(CallOptions.NONE), SCHEMA);
    assertThat(ask(claude, call)).isEqualTo("{\"n\":5}");
  }

  @Test
  void claudeStopsAtTheMoneyThatIsSetAside() throws Exception {
    context.limitCostTo(new BigDecimal("0.001"));
    assertThatThrownBy(() -> ask(claude, call(CallOptions.NONE)))
        .isInstanceOfSatisfying(
            AdapterException.class,
            failure -> assertThat(failure.kind()).isEqualTo(AdapterException.Kind.BUDGET_REACHED))
        .hasMessageContaining("it reached the 0.001 USD that were set aside");
  }

  @Test
  void nothingOfTheUsersReachesClaude() throws Exception {
    Path settings = Files.createDirectories(PROGRAMS.home().resolve(".claude"));
    Path ran = PROGRAMS.root().resolve("hook-ran");
    Files.writeString(
        settings.resolve("settings.json"),
        "{\"hooks\":{\"UserPromptSubmit\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"touch %s\"}]}]}}"
            .formatted(ran));
    Files.writeString(settings.resolve("CLAUDE.md"), "USER-MARK");
    Files.writeString(work.resolve("CLAUDE.md"), "PROJECT-MARK");
    Files.writeString(
        work.resolve(".mcp.json"), "{\"mcpServers\":{\"y\":{\"command\":\"/bin/false\"}}}");
    ask(claude, call(CallOptions.NONE));
    assertThat(ran).doesNotExist();
    assertThat(model.asked().get(0).toString())
        .contains("PROJECT-MARK")
        .doesNotContain("USER-MARK");
    assertThat(context.transcript().get(0)).contains("\"mcp_servers\":[]", "\"skills\":[]");
  }

  @Test
  void codexGetsSystemEffortAndImages() throws Exception {
    CallOptions options =
        new CallOptions(
            "SYSTEM-\"MARK\"",
            Effort.HIGH,
            null,
            List.of(),
            List.of(new AttachedFile("a.png", AttachedFile.Type.PNG, PNG)));
    assertThat(ask(codex, call(options))).isEqualTo("good day");
    JsonNode asked = model.asked().get(0);
    assertThat(asked.at("/reasoning/effort").asString("")).isEqualTo("high");
    assertThat(asked.path("input").toString())
        .contains("SYSTEM-\\\"MARK\\\"", "data:image/png;base64,", "/hello there")
        .doesNotContain("could not read");
  }

  @Test
  void codexUsesAnMcpServerInAReadOnlyCall() throws Exception {
    ask(codex, call(new CallOptions(null, null, null, List.of(server()), List.of())));
    assertThat(model.asked()).hasSize(2);
    assertThat(model.asked().get(1).toString()).contains("token of-the-server");
  }

  @Test
  void codexIsHeldToAStrictSchema() throws Exception {
    ask(codex, TestCalls.withSchema(call(CallOptions.NONE), SCHEMA));
    JsonNode format = model.asked().get(0).at("/text/format");
    assertThat(format.path("type").asString("")).isEqualTo("json_schema");
    assertThat(format.at("/schema/additionalProperties").asBoolean(true)).isFalse();
  }
}
