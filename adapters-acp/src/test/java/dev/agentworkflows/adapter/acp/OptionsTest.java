package dev.agentworkflows.adapter.acp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Effort;
import dev.agentworkflows.spi.McpServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class OptionsTest {

  private static final McpServer PROGRAM =
      new McpServer.Program("gh", "gh-mcp", List.of("serve"), Map.of("TOKEN", "s-0451"));
  private static final McpServer REMOTE =
      new McpServer.Remote("web", "https://h/mcp", Map.of("Authorization", "Bearer s-0452"));

  @TempDir private Path directory;
  private ScriptedAgent agent;

  @BeforeEach
  void makeAgent() {
    agent = new ScriptedAgent(directory);
  }

  private static CallOptions options(
      @Nullable Effort effort, List<McpServer> servers, AttachedFile... files) {
    return new CallOptions(null, effort, null, servers, List.of(files));
  }

  private String sent(String method) throws Exception {
    return agent.heard().stream()
        .filter(line -> line.contains("\"" + method + "\""))
        .findFirst()
        .orElse("");
  }

  @Test
  void serversGoToTheSessionAndToNoTranscript() throws Exception {
    agent
        .with("AGENT_CAN", "{\"mcpCapabilities\":{\"http\":true}}")
        .mutating()
        .options(options(null, List.of(PROGRAM, REMOTE)))
        .text("chunks 1");
    assertThat(sent("session/new"))
        .contains("{\"name\":\"gh\",\"command\":\"gh-mcp\",\"args\":[\"serve\"],")
        .contains("\"env\":[{\"name\":\"TOKEN\",\"value\":\"s-0451\"}]")
        .contains("{\"type\":\"http\",\"name\":\"web\",\"url\":\"https://h/mcp\",")
        .contains("\"headers\":[{\"name\":\"Authorization\",\"value\":\"Bearer s-0452\"}]");
    assertThat(agent.context().transcript())
        .noneMatch(line -> line.contains("0451") || line.contains("0452"));
  }

  @Test
  void aServerWithAnUrlNeedsAnAgentThatTakesIt() throws Exception {
    assertThat(agent.mutating().options(options(null, List.of(REMOTE))).failure("chunks 1"))
        .hasMessageContaining("it takes no mcp_servers with a url, as 'web'");
    assertThat(sent("session/new")).isEmpty();
  }

  @Test
  void imagesGoBeforeThePrompt() throws Exception {
    AttachedFile image = new AttachedFile("a.png", AttachedFile.Type.PNG, new byte[] {1, 2, 3});
    agent
        .with("AGENT_CAN", "{\"promptCapabilities\":{\"image\":true}}")
        .options(options(null, List.of(), image))
        .text("chunks 1");
    assertThat(sent("session/prompt"))
        .contains(
            "\"prompt\":[{\"type\":\"image\",\"mimeType\":\"image/png\",\"data\":\"AQID\"},"
                + "{\"type\":\"text\",\"text\":\"chunks 1\"}]");
  }

  @Test
  void anAgentThatTakesNoImagesIsNotPrompted() throws Exception {
    AttachedFile image = new AttachedFile("a.png", AttachedFile.Type.PNG, new byte[] {1, 2, 3});
    assertThat(agent.options(options(null, List.of(), image)).failure("chunks 1"))
        .hasMessageContaining("it takes no images, and the call names 'a.png'");
    assertThat(sent("session/new")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"LOW, low", "HIGH, high", "MAX, high"})
  void effortIsTheNearestThatTheSessionOffers(Effort effort, String level) throws Exception {
    agent.behaves("efforts").options(options(effort, List.of())).text("chunks 1");
    assertThat(sent("session/set_config_option"))
        .contains("\"configId\":\"thinking\"", "\"value\":\"" + level + "\"");
    assertThat(agent.context().warnings()).isEmpty();
  }

  @Test
  void effortThatNoSessionOffersIsAWarning() throws Exception {
    assertThat(agent.options(options(Effort.HIGH, List.of())).text("chunks 1")).isEqualTo("0,");
    assertThat(agent.context().warnings())
        .singleElement()
        .asString()
        .contains("offers no choice of effort");
  }
}
