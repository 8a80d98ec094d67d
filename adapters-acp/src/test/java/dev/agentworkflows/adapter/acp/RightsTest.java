package dev.agentworkflows.adapter.acp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.AdapterException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an agent may do in a call, as far as it asks. */
@Timeout(120)
class RightsTest {

  @TempDir Path directory;
  private ScriptedAgent agent;

  @BeforeEach
  void makeAgent() {
    agent = new ScriptedAgent(directory);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"edit", "delete", "move", "execute", "think", "switch_mode", "other", "new-kind"})
  void aReadOnlyCallIsRefusedWhatMayWrite(String kind) throws Exception {
    assertThat(agent.text("permission {\"toolCallId\": \"t\", \"kind\": \"%s\"}".formatted(kind)))
        .isEqualTo("no");
  }

  @Test
  void aReadOnlyCallInAnothersWorktreeMayNotEditThereEither() throws Exception {
    agent.worktree(directory);
    assertThat(
            agent.text(
                "permission {\"toolCallId\": \"t\", \"kind\": \"edit\", \"locations\":"
                    + " [{\"path\": \"a.txt\"}]}"))
        .isEqualTo("no");
  }

  @Test
  void aReadOnlyCallIsRefusedWhatHasNoKind() throws Exception {
    assertThat(agent.text("permission {\"toolCallId\": \"t\"}")).isEqualTo("no");
  }

  @Test
  void anEditThatIsRenamedToAReadIsStillAnEdit() throws Exception {
    assertThat(agent.text("renames")).isEqualTo("no");
  }

  @ParameterizedTest
  @ValueSource(strings = {"read", "search", "fetch"})
  void aReadOnlyCallMayReadThisOnce(String kind) throws Exception {
    assertThat(agent.text("permission {\"toolCallId\": \"t\", \"kind\": \"%s\"}".formatted(kind)))
        .isEqualTo("yes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"edit", "execute", "other", "new-kind"})
  void aMutatingCallMayWriteAndExecute(String kind) throws Exception {
    assertThat(
            agent
                .mutating()
                .text("permission {\"toolCallId\": \"t\", \"kind\": \"%s\"}".formatted(kind)))
        .isEqualTo("yes");
  }

  @Test
  void aMutatingCallMayNotEditOutsideItsDirectory() throws Exception {
    agent.mutating().worktree(directory);
    String edit =
        "permission {\"toolCallId\": \"t\", \"kind\": \"edit\", \"%s\": [{\"path\": \"%s\"}]}";
    assertThat(agent.text(edit.formatted("locations", directory.resolve("a/b")))).isEqualTo("yes");
    assertThat(agent.text(edit.formatted("locations", "/etc/passwd"))).isEqualTo("no");
    assertThat(agent.text(edit.formatted("content", directory.resolve("../x")))).isEqualTo("no");
    assertThat(agent.text(edit.formatted("content", "a.txt"))).isEqualTo("yes");
  }

  @Test
  void aRequestNeedNotRepeatWhereAnEditIs() throws Exception {
    agent.mutating();
    String edit = "permission-for-edit-of ";
    assertThat(agent.text(edit + "/etc/passwd")).isEqualTo("no");
    assertThat(agent.text(edit + directory.resolve("a.txt"))).isEqualTo("yes");
  }

  @Test
  void anEditBehindALinkOrInAHomeIsOutside() throws Exception {
    Files.createSymbolicLink(directory.resolve("link"), Path.of("/etc"));
    Files.createSymbolicLink(directory.resolve("gone"), Path.of("/nowhere/else"));
    Files.createDirectory(directory.resolve("src"));
    Files.createSymbolicLink(directory.resolve("inner"), Path.of("src"));
    agent.mutating();
    String edit = "permission-for-edit-of ";
    for (String place : List.of("link/passwd", "gone", "gone/a", "~/.profile", "ssh://host/a")) {
      assertThat(agent.text(edit + place)).as(place).isEqualTo("no");
    }
    assertThat(agent.text(edit + "file:///etc/passwd")).isEqualTo("no");
    assertThat(agent.text(edit + directory.resolve("a.txt").toUri())).isEqualTo("yes");
    assertThat(agent.text(edit + "inner/new/a.txt")).isEqualTo("yes");
  }

  @Test
  void nothingIsEverAllowedOrRefusedForGood() throws Exception {
    String always = "options [{\"optionId\": \"a\", \"name\": \"A\", \"kind\": \"allow_always\"}]";
    assertThat(agent.text(always)).isEqualTo("cancelled");
    assertThat(agent.mutating().text(always)).isEqualTo("cancelled");
  }

  @Test
  void anUnknownOptionIsNotChosen() throws Exception {
    assertThat(
            agent.text(
                """
                options [{"optionId": "allow_once", "name": "Allow", "kind": "allow_this"},
                {"optionId": 7, "name": "Allow", "kind": "allow_once"},
                {"optionId": "n", "name": "No", "kind": "reject_once"}]\
                """))
        .isEqualTo("n");
  }

  @Test
  void aStormOfRequestsIsAnswered() throws Exception {
    assertThat(agent.text("storm 5000")).isEqualTo("{\"no\": 5000}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deaf", "deaf-with-long-ids"})
  void anAgentThatAsksAndNeverReadsIsGivenUp(String how) throws Exception {
    assertThat(agent.failure(how))
        .hasMessageContaining("reads no answer")
        .extracting(e -> e.kind())
        .isEqualTo(Kind.PERMANENT);
  }

  @Test
  void aReadOnlyCallIsMadeInTheReadOnlyMode() throws Exception {
    agent.text("hello");
    assertThat(agent.heard().toString()).contains("\"session/set_mode\"", "\"modeId\":\"plan\"");
  }

  @Test
  void theModeMayBeAnOptionOfTheSession() throws Exception {
    agent.behaves("options").text("hello");
    assertThat(agent.heard().toString())
        .contains("\"configId\":\"agent-mode\"", "\"value\":\"plan\"");
  }

  @Test
  void aMutatingCallKeepsTheModeThatTheUserHasSet() throws Exception {
    agent.mutating().text("hello");
    assertThat(agent.heard().toString()).doesNotContain("session/set_mode");
  }

  @Test
  void anAgentWithoutTheReadOnlyModeIsNotAsked() throws Exception {
    assertThat(agent.behaves("no-modes").failure("hello")).hasMessageContaining("no mode 'plan'");
    assertThat(agent.heard().toString()).doesNotContain("session/prompt");
  }

  @Test
  void anAgentThatLeavesItsReadOnlyModeIsStopped() throws Exception {
    assertThat(agent.failure("leaves-mode"))
        .hasMessageContaining("left its mode 'plan' for 'build'");
  }

  @Test
  void aModelThatTakesTheReadOnlyModeAwayIsNotAsked() throws Exception {
    assertThat(agent.behaves("model-resets-mode").model("m2").failure("hello"))
        .hasMessageContaining("left its mode 'plan' for 'build'");
    assertThat(agent.heard().toString()).doesNotContain("session/prompt");
  }

  @Test
  void anAgentWithoutATestedReadOnlyModeIsNotStarted() throws Exception {
    assertThat(agent.setting("read_only_mode", "").failure("hello"))
        .hasMessageContaining("isolation=\"worktree\"")
        .hasMessageContaining("read_only_mode");
    assertThat(agent.heard()).isEmpty();
  }

  @Test
  void permissionsAreRefusedAndNotIgnored() throws Exception {
    assertThat(agent.permissions("{\"allowed_tools\": [\"Bash\"]}").failure("hello"))
        .hasMessageContaining("allowed_tools");
    assertThat(agent.heard()).isEmpty();
  }

  @Test
  void noFileAccessOrTerminalIsOffered() throws Exception {
    agent.text("hello");
    assertThat(agent.heard().get(0))
        .contains(
            "\"clientCapabilities\":{\"terminal\":false,\"fs\":{\"readTextFile\":false,\"writeTextFile\":false}}");
  }
}
