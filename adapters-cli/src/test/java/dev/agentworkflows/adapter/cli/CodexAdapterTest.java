package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CodexAdapterTest {

  private static final String DONE =
      """
      {"type":"turn.started"}
      {"type":"item.completed","item":{"type":"agent_message","text":"a draft"}}
      {"type":"item.completed","item":{"type":"agent_message","text":"fine"}}
      {"type":"turn.completed","usage":{"input_tokens":50,"cached_input_tokens":40,"cache_write_input_tokens":3,"output_tokens":9}}
      """;

  @TempDir private Path temporary;
  private ScriptedCall call;

  @BeforeEach
  void prepare() {
    call = new ScriptedCall(new CodexAdapterFactory(), temporary);
  }

  @Test
  void theLastMessageIsTheAnswer() throws Exception {
    assertThat(call.says(DONE).reply())
        .isEqualTo(new AgentReply("fine", null, new Usage(50L, 9L, 40L, 3L), null));
  }

  @Test
  void theAnswerIsTakenFromTheFileOfTheLastMessage() throws Exception {
    call.runs(
        """
        while [ "$1" != -o ]; do shift; done
        printf 'from the file' >"$2"
        """);
    assertThat(call.says(DONE).reply().text()).isEqualTo("from the file");
    assertThat(Path.of(call.argument("-o"))).doesNotExist();
  }

  @Test
  void aReadOnlyCallIsInTheReadOnlySandbox() throws Exception {
    call.says(DONE).reply();
    assertThat(call.argument("-s")).isEqualTo("read-only");
    assertThat(call.argument("-c")).isEqualTo("approval_policy=\"never\"");
  }

  @Test
  void aMutatingCallMayWriteBelowItsDirectory() throws Exception {
    call.mutating().says(DONE).reply();
    assertThat(call.argument("-s")).isEqualTo("workspace-write");
    assertThat(call.argument("-C")).isEqualTo(temporary.toString());
  }

  @Test
  void theModelIsHandedOnInOneWord() throws Exception {
    call.model("--yolo").says(DONE).reply();
    assertThat(call.arguments()).contains("--model=--yolo").doesNotContain("--yolo");
  }

  @Test
  void permissionsAreRefusedAndNotPassedOver() throws Exception {
    AdapterException refused =
        call.permissions("{\"allowed_tools\": [\"Read\"]}").says(DONE).failure();
    assertThat(refused.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(refused).hasMessageContaining("codex takes no permissions");
    assertThat(call.started()).isFalse();
  }

  @Test
  void theProgramGetsItsOwnVendorsKeysAndNoOthers() throws Exception {
    call.secret("OPENAI_API_KEY", "o")
        .secret("CODEX_API_KEY", "c")
        .secret("ANTHROPIC_API_KEY", "a")
        .says(DONE)
        .reply();
    assertThat(call.environment())
        .containsEntry("OPENAI_API_KEY", "o")
        .containsEntry("CODEX_API_KEY", "c")
        .doesNotContainKey("ANTHROPIC_API_KEY");
  }

  @Test
  void anErrorOnTheWayToAnAnswerIsNoFailure() throws Exception {
    String stream = "{\"type\":\"error\",\"message\":\"Reconnecting... 1/5\"}\n" + DONE;
    assertThat(call.says(stream).reply().text()).isEqualTo("fine");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exceeded retry limit, last status: 429 Too Many Requests | TRANSIENT",
        "unexpected status 503 Service Unavailable | TRANSIENT",
        "stream disconnected before completion | TRANSIENT",
        "You've hit your usage limit. | TRANSIENT",
        "unexpected status 401 Unauthorized | PERMANENT",
        "unexpected status 400 Bad Request: request id 429 | PERMANENT",
        "Missing environment variable: `OPENAI_API_KEY`. | PERMANENT",
      })
  void aFailedTurnIsToldInItsOwnWords(String words, Kind kind) throws Exception {
    AdapterException failure =
        call.says("{\"type\":\"turn.failed\",\"error\":{\"message\":\"" + words + "\"}}")
            .ends(1)
            .failure();
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessage("codex failed: " + words);
  }

  @Test
  void theLastErrorIsToldWhenNothingElseIs() throws Exception {
    AdapterException failure =
        call.says("{\"type\":\"error\",\"message\":\"connection refused\"}").ends(1).failure();
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessage("codex failed: connection refused");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "null", "\"words\"", "{\"type\":\"turn.comp", "{}", "{\"type\":[]}"})
  void aStreamWithoutAnEndIsNoAnswer(String stream) throws Exception {
    AdapterException failure = call.says(stream).failure();
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("codex ended without an answer");
  }
}
