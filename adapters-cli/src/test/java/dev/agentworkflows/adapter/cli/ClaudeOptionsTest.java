package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Effort;
import dev.agentworkflows.spi.McpServer;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ClaudeOptionsTest {

  private static final String DONE =
      "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"result\":\"fine\"}";

  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}}";

  private static final McpServer GITHUB =
      new McpServer.Program("gh", "gh-mcp", List.of("serve"), Map.of("TOKEN", "secret-0451"));

  @TempDir private Path temporary;
  private ScriptedCall call;

  @BeforeEach
  void prepare() {
    call = new ScriptedCall(new ClaudeAdapterFactory(), temporary);
  }

  @Test
  void whatUsersHaveSetUpChangesNoCall() throws Exception {
    call.environment(Map.of("HOME", "/home/alice")).says(DONE).reply();
    assertThat(call.arguments()).contains("--disable-slash-commands", "--strict-mcp-config");
    assertThat(call.value("--settings"))
        .contains("\"disableAllHooks\":true", "\"autoMemoryEnabled\":false")
        .contains("/home/alice/.claude/CLAUDE.md");
    assertThat(call.arguments())
        .noneMatch(word -> word.startsWith("--tools") || word.startsWith("--max-budget-usd"));
  }

  @Test
  void systemAndEffortAreHandedOn() throws Exception {
    call.options(new CallOptions("be\nbrief", Effort.XHIGH, null, List.of(), List.of()))
        .says(DONE)
        .reply();
    assertThat(call.told("--append-system-prompt-file")).isEqualTo("be\nbrief");
    assertThat(call.value("--effort")).isEqualTo("xhigh");
    assertThat(Files.exists(Path.of(call.value("--append-system-prompt-file")))).isFalse();
  }

  @Test
  void toolsAreTheOnlyOnesAndNeedNoPermission() throws Exception {
    call.mutating().tools("Bash", "Read").says(DONE).reply();
    assertThat(call.value("--tools")).isEqualTo("Bash,Read");
    assertThat(call.arguments()).containsSubsequence("--allowedTools", "Bash", "Read");
  }

  @Test
  void aToolThatARuleLimitsIsNotAllowedWhole() throws Exception {
    call.mutating()
        .tools("Bash", "Read")
        .permissions("{\"allowed_tools\": [\"Bash(git log *)\"]}")
        .says(DONE)
        .reply();
    assertThat(call.arguments())
        .containsSubsequence("--allowedTools", "Bash(git log *)", "Read")
        .doesNotContain("Bash");
  }

  @Test
  void noToolsAtAllAreNotTheUsualOnes() throws Exception {
    call.tools().says(DONE).reply();
    assertThat(call.value("--tools")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bash", "Edit", "Write", "Workflow", "Skill"})
  void aReadOnlyCallGetsNoToolThatWrites(String tool) throws Exception {
    AdapterException failure = call.tools("Read", tool).says(DONE).failure();
    assertThat(failure).hasMessageContaining("tools: '" + tool + "' is none that a read-only call");
    assertThat(call.started()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bash(git *)", "-p", "--help", "A,B", "mcp__other__x"})
  void whatIsNoToolOfTheCallIsRefused(String tool) throws Exception {
    assertThat(call.mutating().tools(tool).says(DONE).failure()).hasMessageContaining(tool);
    assertThat(call.started()).isFalse();
  }

  @Test
  void aServersSecretsAreInTheEnvironmentAndItsToolsAllowed() throws Exception {
    call.servers(
            GITHUB,
            new McpServer.Remote("web", "https://h/mcp", Map.of("Authorization", "Bearer s-0452")))
        .says(DONE)
        .reply();
    assertThat(String.join("\n", call.arguments())).doesNotContain("0451", "0452");
    assertThat(call.value("--mcp-config"))
        .contains("\"gh\":{\"type\":\"stdio\"", "\"TOKEN\":\"${OWF_MCP_VALUE_2}\"", "\"http\"");
    assertThat(call.environment())
        .containsEntry("OWF_MCP_VALUE_0", "gh-mcp")
        .containsEntry("OWF_MCP_VALUE_2", "secret-0451")
        .containsValue("Bearer s-0452");
    assertThat(call.arguments()).containsSubsequence("--allowedTools", "mcp__gh", "mcp__web");
    assertThat(call.argumentsAfter("--disallowedTools")).contains("Bash", "Edit");
  }

  @Test
  void aServerThatDoesNotStartIsAWarning() throws Exception {
    String init =
        "{\"type\":\"system\",\"subtype\":\"init\",\"mcp_servers\":["
            + "{\"name\":\"gh\",\"status\":\"failed\"},{\"name\":\"b\",\"status\":\"connected\"}]}";
    call.servers(GITHUB).says(init + "\n" + DONE).reply();
    assertThat(call.context().warnings())
        .containsExactly("the MCP server 'gh' did not start; claude goes on without its tools");
  }

  @Test
  void someToolsOfAServerAreAllowedAlone() throws Exception {
    call.options(
            new CallOptions(
                null, null, List.of("mcp__gh__look", "Read"), List.of(GITHUB), List.of()))
        .says(DONE)
        .reply();
    assertThat(call.value("--tools")).isEqualTo("Read");
    assertThat(call.arguments())
        .containsSubsequence("--allowedTools", "Read", "mcp__gh__look")
        .doesNotContain("mcp__gh");
  }

  @Test
  void filesGoAsAMessageAndItsTextIsNoCommand() throws Exception {
    AttachedFile image = new AttachedFile("a.png", AttachedFile.Type.PNG, new byte[] {1, 2, 3});
    AttachedFile pdf = new AttachedFile("b.pdf", AttachedFile.Type.PDF, new byte[] {4, 5, 6});
    call.options(new CallOptions(null, null, null, List.of(), List.of(image, pdf)))
        .prompt("/clear")
        .runs("cat >\"$here/told.input\"")
        .says(DONE)
        .reply();
    assertThat(call.value("--input-format")).isEqualTo("stream-json");
    assertThat(call.told("input"))
        .contains("\"media_type\":\"image/png\",\"data\":\"AQID\"")
        .contains("\"type\":\"document\"", "\"title\":\"b.pdf\"")
        .contains("\"text\":\"\\n/clear\"");
  }

  @Test
  void aSchemaThatFitsIsTheProgramsOwnMatter() throws Exception {
    String stream =
        "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"result\":\"see above\","
            + "\"structured_output\":{\"n\":5}}";
    String text = call.schema(SCHEMA).runs("cat >\"$here/told.input\"").says(stream).reply().text();
    assertThat(text).isEqualTo("{\"n\":5}");
    assertThat(call.value("--json-schema")).isEqualTo(SCHEMA);
    assertThat(call.told("input")).isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"array\"}",
        "{\"anyOf\":[{\"type\":\"object\"}]}",
        "{\"type\":\"object\",\"unevaluatedProperties\":false}",
        "true"
      })
  void anotherSchemaStandsInThePrompt(String schema) throws Exception {
    call.schema(schema).runs("cat >\"$here/told.input\"").says(DONE).reply();
    assertThat(call.arguments()).noneMatch(word -> word.startsWith("--json-schema"));
    assertThat(call.told("input")).startsWith("hello\n\nAnswer with one JSON").contains(schema);
  }

  @Test
  void notesAndFormatsOfASchemaStayBehind() {
    String schema =
        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
            + "\"properties\":{\"format\":{\"type\":\"string\",\"format\":\"uri\"}}}";
    assertThat(ClaudeSchema.of(schema))
        .contains("{\"type\":\"object\",\"properties\":{\"format\":{\"type\":\"string\"}}}");
  }

  @Test
  void anAnswerThatNeverFitsItsSchemaIsCheckedByTheCoordinator() throws Exception {
    String stream =
        "{\"type\":\"result\",\"subtype\":\"error_max_structured_output_retries\",\"is_error\":true}";
    assertThat(call.schema(SCHEMA).says(stream).reply().text()).isEmpty();
  }

  @Test
  void theMoneyThatIsSetAsideIsTheProgramsLimit() throws Exception {
    String stream =
        "{\"type\":\"result\",\"subtype\":\"error_max_budget_usd\",\"is_error\":true,"
            + "\"errors\":[\"Reached maximum budget ($0.5)\"],\"total_cost_usd\":0.55}";
    call.context().limitCostTo(new BigDecimal("0.500"));
    AdapterException failure = call.says(stream).failure();
    assertThat(call.value("--max-budget-usd")).isEqualTo("0.500");
    assertThat(failure.kind()).isEqualTo(Kind.BUDGET_REACHED);
    assertThat(failure).hasMessageContaining("it reached the 0.5 USD that were set aside");
    assertThat(failure.isBilled()).isTrue();
    assertThat(failure.costUsd()).isEqualByComparingTo("0.55");
  }

  @Test
  void aLimitOfMoneyThatNobodySetHereIsNoneOfTheRuns() throws Exception {
    AdapterException failure =
        call.says("{\"type\":\"result\",\"subtype\":\"error_max_budget_usd\",\"is_error\":true}")
            .failure();
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("not this run's");
  }
}
