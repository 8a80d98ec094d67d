package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Effort;
import dev.agentworkflows.spi.McpServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CodexOptionsTest {

  private static final String DONE =
      """
      {"type":"item.completed","item":{"type":"agent_message","text":"fine"}}
      {"type":"turn.completed","usage":{}}
      """;

  private static final String USED =
      "enabled = true, required = true, default_tools_approval_mode = \"approve\"";

  @TempDir private Path temporary;
  private ScriptedCall call;

  @BeforeEach
  void prepare() {
    call = new ScriptedCall(new CodexAdapterFactory(), temporary);
  }

  @Test
  void whatUsersHaveSetUpChangesNoCall() throws Exception {
    call.says(DONE).reply();
    assertThat(call.arguments())
        .contains("--ignore-rules", "features.hooks=false", "features.plugins=false")
        .noneMatch(word -> word.startsWith("developer_instructions"));
  }

  @Test
  void systemAndEffortAreSettings() throws Exception {
    call.options(new CallOptions("say \"hi\"\n\ud800", Effort.MAX, null, List.of(), List.of()))
        .says(DONE)
        .reply();
    assertThat(call.arguments())
        .contains("developer_instructions=\"say \\\"hi\\\"\\u000a\ufffd\"")
        .contains("model_reasoning_effort=\"max\"");
  }

  @Test
  void aSystemTextThatNoCommandLineTakesIsRefused() throws Exception {
    String system = "x".repeat(40_000);
    assertThat(
            call.options(new CallOptions(system, null, null, List.of(), List.of()))
                .says(DONE)
                .failure())
        .hasMessageContaining("'developer_instructions' is longer than the 30,000 characters");
    assertThat(call.started()).isFalse();
  }

  @Test
  void imagesAreFilesThatAreGoneAfterwards() throws Exception {
    AttachedFile image =
        new AttachedFile("a.png", AttachedFile.Type.PNG, "png".getBytes(StandardCharsets.UTF_8));
    call.options(new CallOptions(null, null, null, List.of(), List.of(image))).says(DONE).reply();
    assertThat(call.value("--image")).endsWith(".png");
    assertThat(call.told("--image")).isEqualTo("png");
    assertThat(Path.of(call.value("--image"))).doesNotExist();
  }

  @Test
  void aServersSecretsAreInTheEnvironment() throws Exception {
    call.servers(
            new McpServer.Program("gh", "gh-mcp", List.of("serve"), Map.of("TOKEN", "secret-0451")),
            new McpServer.Remote("web", "https://h/mcp", Map.of("Authorization", "Bearer s-0452")))
        .says(DONE)
        .reply();
    assertThat(String.join("\n", call.arguments())).doesNotContain("0451", "0452");
    assertThat(call.arguments())
        .contains(
            "mcp_servers.gh={command = \"/bin/sh\", args = [\"-c\","
                + " \"export TOKEN=\\\"$OWF_MCP_VALUE_0\\\"; exec \\\"$OWF_MCP_VALUE_1\\\""
                + " \\\"$OWF_MCP_VALUE_2\\\"\"], env_vars = [\"OWF_MCP_VALUE_0\","
                + " \"OWF_MCP_VALUE_1\", \"OWF_MCP_VALUE_2\"], "
                + USED
                + "}",
            "mcp_servers.web={url = \"https://h/mcp\", env_http_headers ="
                + " {\"Authorization\" = \"OWF_MCP_VALUE_3\"}, "
                + USED
                + "}");
    assertThat(call.environment())
        .containsEntry("OWF_MCP_VALUE_0", "secret-0451")
        .containsEntry("OWF_MCP_VALUE_1", "gh-mcp")
        .containsEntry("OWF_MCP_VALUE_2", "serve")
        .containsEntry("OWF_MCP_VALUE_3", "Bearer s-0452");
  }

  @Test
  void anAddressThatMayHoldASecretIsRefused() throws Exception {
    for (String url : List.of("https://h/mcp?key=s-0453", "https://u:s-0453@h/mcp")) {
      assertThat(call.servers(new McpServer.Remote("web", url, Map.of())).says(DONE).failure())
          .hasMessageContaining("put secrets into headers");
    }
  }

  @Test
  void noNameOfAVariableGoesIntoAScriptUnchecked() throws Exception {
    assertThat(
            call.servers(new McpServer.Program("x", "c", List.of(), Map.of("A;touch b", "v")))
                .says(DONE)
                .failure())
        .hasMessageContaining("'A;touch b' can't be the name of a variable");
  }

  @Test
  void aStrictSchemaIsTheProgramsOwnMatter() throws Exception {
    String strict =
        "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}";
    call.schema(strict).runs("cat >\"$here/told.input\"").says(DONE).reply();
    assertThat(call.told("--output-schema")).contains("\"additionalProperties\":false");
    assertThat(call.told("input")).isEqualTo("hello");
  }

  @Test
  void anotherSchemaStandsInThePrompt() throws Exception {
    call.schema("{\"type\":\"array\"}").runs("cat >\"$here/told.input\"").says(DONE).reply();
    assertThat(call.arguments()).noneMatch(word -> word.startsWith("--output-schema"));
    assertThat(call.told("input")).contains("Answer with one JSON value", "{\"type\":\"array\"}");
  }
}
