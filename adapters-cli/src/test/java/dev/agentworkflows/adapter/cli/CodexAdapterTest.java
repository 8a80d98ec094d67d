package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.spi.UsageLimit;
import dev.agentworkflows.spi.UsageWindow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
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

  private static final String SESSION = "01a227e8-079a-7321-ac28-adf9d4748723";

  @Test
  void aCallGoesOnInAForkOfItsSession() throws Exception {
    String forked = "{\"type\":\"thread.started\",\"thread_id\":\"01a227e8-518f\"}\n" + DONE;
    AgentReply reply = call.in(SESSION).says(forked).reply();
    assertThat(call.arguments()).endsWith("fork", SESSION, "-");
    assertThat(reply.session()).isEqualTo(new AgentSession("01a227e8-518f", false));
  }

  @Test
  void aForkOfACallThatEditedIsReadOnlyWhenItsCallIs() throws Exception {
    call.in(SESSION).says(DONE).reply();
    assertThat(call.argument("-s")).isEqualTo("read-only");
    assertThat(call.arguments().indexOf("-s")).isLessThan(call.arguments().indexOf("fork"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error: thread/fork: thread/fork failed: no rollout found for thread id 01a2 (code -32600)",
        "error: unexpected argument '01a227e8' found"
      })
  void whoEndsBeforeItsThreadBeganHasLostTheSession(String complaint) throws Exception {
    AdapterException failure = call.in(SESSION).mutating().complains(complaint).ends(1).failure();
    assertThat(failure.kind()).isEqualTo(Kind.SESSION_LOST);
    assertThat(failure).hasMessageContaining(complaint);
    assertThat(failure.usage()).isEqualTo(Usage.of(0, 0));
  }

  @Test
  void aSessionAndInstructionsOfACallsOwnDoNotGoTogether() throws Exception {
    CallOptions system = new CallOptions("be terse", null, null, List.of(), List.of());
    String begun = "{\"type\":\"thread.started\",\"thread_id\":\"01a227e8-518f\"}\n" + DONE;
    assertThat(call.options(system).says(begun).reply().session()).isNull();

    ScriptedCall later = new ScriptedCall(new CodexAdapterFactory(), temporary);
    assertThat(later.options(system).in(SESSION).says(DONE).failure().kind())
        .isEqualTo(Kind.SESSION_LOST);
  }

  @Test
  void whatFailsInAThreadIsNoLostSession() throws Exception {
    String begun = "{\"type\":\"thread.started\",\"thread_id\":\"01a227e8-518f\"}\n";
    assertThat(call.in(SESSION).says(begun).ends(1).failure().kind()).isEqualTo(Kind.PERMANENT);
  }

  @Test
  void whatIsStoredAndNoSessionsIdReachesNoCommandLine() throws Exception {
    assertThat(call.in("--full-auto").says(DONE).failure().kind()).isEqualTo(Kind.SESSION_LOST);
    assertThat(call.started()).isFalse();
  }

  @Test
  void noAnswerIsWrittenToAFile() throws Exception {
    call.says(DONE).reply();
    assertThat(call.arguments()).doesNotContain("-o", "--output-last-message");
  }

  @Test
  void onlyAMessageOfTheAgentIsAnAnswer() throws Exception {
    String stream =
        """
        {"type":"item.completed","item":{"type":"agent_message","text":"the answer"}}
        {"type":"item.completed","item":{"type":"reasoning","text":"a thought"}}
        {"type":"item.completed","item":{"type":"error","message":"a warning"}}
        {"type":"item.updated","item":{"type":"agent_message","text":"half"}}
        {"type":"turn.completed","usage":{}}
        """;
    assertThat(call.says(stream).reply())
        .isEqualTo(new AgentReply("the answer", null, Usage.UNKNOWN, null));
  }

  @Test
  void peopleSeeTheCommandsThatTheAgentRuns() throws Exception {
    String stream =
        """
        {"type":"item.started","item":{"type":"command_execution","command":"make  test"}}
        {"type":"item.started","item":{"type":"reasoning"}}
        """;
    call.says(stream + DONE).reply();
    assertThat(call.context().progress()).containsExactly("runs make test");
  }

  @Test
  void aMessageWithoutTheEndOfItsTurnIsNoAnswer() throws Exception {
    AdapterException failure = call.says(DONE.substring(0, DONE.indexOf("turn.compl"))).failure();
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("codex ended without an answer");
  }

  @Test
  void aFailedTurnIsNoAnswerWhateverWasSaidBefore() throws Exception {
    String stream =
        """
        {"type":"item.completed","item":{"type":"agent_message","text":"I will begin"}}
        {"type":"error","message":"connection reset"}
        {"type":"turn.failed","error":{"message":"unexpected status 401"}}
        """;
    AdapterException failure = call.says(stream).failure();
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessage("codex failed: unexpected status 401");
  }

  @Test
  void anAnswerThatIsTooLongIsNotReplacedByTheMessageBeforeIt() throws Exception {
    AdapterException failure =
        call.says(DONE.substring(0, DONE.indexOf("{\"type\":\"turn.compl")))
            .runs(
                """
                head -c 17000000 /dev/zero | tr '\\0' x; echo
                echo '{"type":"turn.completed","usage":{"input_tokens":5,"output_tokens":2}}'
                """)
            .failure();
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("longer than 16 MiB");
    assertThat(failure.usage().billedTokens()).isEqualTo(7);
  }

  @Test
  void aLongLineBeforeTheAnswerDoesNoHarm() throws Exception {
    call.runs("head -c 17000000 /dev/zero | tr '\\0' x; echo");
    assertThat(call.says(DONE).reply().text()).isEqualTo("fine");
  }

  @Test
  @Tag("slow")
  void aProgramThatHangsAfterAFailedTurnIsEndedAndTheFailureTold() throws Exception {
    AdapterException failure =
        call.says("{\"type\":\"turn.failed\",\"error\":{\"message\":\"status 429\"}}\n")
            .runs("sleep 300")
            .failure();
    assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(failure).hasMessage("codex failed: status 429");
  }

  @Test
  void aReadOnlyCallIsInTheReadOnlySandbox() throws Exception {
    call.says(DONE).reply();
    assertThat(call.argument("-s")).isEqualTo("read-only");
    assertThat(call.arguments()).containsSequence("-c", "approval_policy=\"never\"");
  }

  @Test
  void aReadOnlyCallInAnothersWorktreeIsInThatSandboxToo() throws Exception {
    Path tree = Files.createDirectory(temporary.resolve("tree"));
    call.worktree(tree).says(DONE).reply();
    assertThat(call.argument("-s")).isEqualTo("read-only");
    assertThat(call.argument("-C")).isEqualTo(tree.toString());
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
        "exceeded retry limit, last status: 429 Too Many Requests | RATE_LIMITED",
        "unexpected status 503 Service Unavailable | TRANSIENT",
        "stream disconnected before completion | TRANSIENT",
        "You've hit your usage limit. | USAGE_LIMITED",
        "unexpected status 401 Unauthorized | PERMANENT",
        "unexpected status 400 Bad Request: request id 429 | PERMANENT",
        "Missing environment variable: `OPENAI_API_KEY`. | UNAVAILABLE",
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

  @Test
  void aLimitNamesItsTime() throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"turn.started"}
                {"type":"error","message":"You've hit your usage limit. … try again at Aug 20th, 2096 11:50 AM."}
                {"type":"turn.failed","error":{"message":"You've hit your usage limit. … try again at Aug 20th, 2096 11:50 AM."}}
                """)
            .ends(1)
            .failure();
    assertThat(failure.kind()).isEqualTo(Kind.USAGE_LIMITED);
    assertThat(failure.usageLimit())
        .isEqualTo(
            UsageLimit.until(
                LocalDateTime.of(2096, 8, 20, 11, 51).atZone(ZoneId.systemDefault()).toInstant(),
                true));
  }

  @Test
  void aLimitsFieldsAreReadBeforeItsWords() throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"turn.failed","error":{"message":"try again at 12:16 PM","type":"usage_limit_reached","resets_at":1795000000}}
                """)
            .ends(1)
            .failure();
    assertThat(failure.usageLimit())
        .isEqualTo(UsageLimit.until(Instant.ofEpochSecond(1_795_000_000), true));
  }

  @Test
  void aWindowThatTheProgramTellsOfIsPassedOn() throws Exception {
    call.says(
            """
            {"type":"token_count","rate_limits":{"primary":{"used_percent":97,"window_minutes":300}}}
            {"type":"item.completed","item":{"type":"agent_message","text":"hi"}}
            {"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}
            """)
        .reply();
    assertThat(call.context().usageWindows())
        .containsExactly(new UsageWindow("five_hour", 0.97, null));
  }

  @Test
  void aLimitAfterWorkHasSeenWork() throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"item.completed","item":{"type":"error","message":"a remark"}}
                {"type":"item.started","item":{"type":"command_execution","command":"ls"}}
                {"type":"turn.failed","error":{"message":"You've hit your usage limit."}}
                """)
            .ends(1)
            .failure();
    assertThat(failure.usageLimit()).isEqualTo(UsageLimit.until(null, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"item.updated\",\"item\":{\"type\":\"todo_list\",\"items\":[]}}",
        "{\"type\":\"item.completed\",\"item\":{\"type\":\"file_ch",
      })
  void aLimitAfterAnySignOfWorkMayHaveBegun(String line) throws Exception {
    String limited =
        "{\"type\":\"turn.failed\",\"error\":{\"message\":\"You've hit your usage limit.\"}}\n";
    AdapterException failure = call.says(line + "\n" + limited).ends(1).failure();
    assertThat(failure.usageLimit()).isEqualTo(UsageLimit.until(null, false));
  }

  @ParameterizedTest
  @CsvSource({
    "'exceeded retry limit, last status: 429 Too Many Requests', RATE_LIMITED, true",
    "Selected model is at capacity. Please try a different model., TRANSIENT, true",
    "'unexpected status 529: busy', TRANSIENT, true",
    "'unexpected status 503 Service Unavailable: overloaded', TRANSIENT, true",
    "'unexpected status 503 Service Unavailable', TRANSIENT, false",
    "stream disconnected before completion, TRANSIENT, false"
  })
  void whoIsTurnedAwayHasNotBegunUnlessItWorked(String words, Kind kind, boolean nothing)
      throws Exception {
    String end =
        """
        {"type":"turn.failed","error":{"message":"%s"}}
        """
            .formatted(words);
    AdapterException failure = call.says(end).ends(1).failure();
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.nothingBegan()).isEqualTo(nothing);
    String work =
        """
        {"type":"item.started","item":{"type":"command_execution","command":"ls"}}
        """;
    assertThat(call.says(work + end).ends(1).failure().nothingBegan()).isFalse();
  }

  @Test
  void aLimitAfterALineLeftOutMayHaveBegun() throws Exception {
    call.runs("head -c 17000000 /dev/zero | tr '\\0' x; echo");
    String limited =
        "{\"type\":\"turn.failed\",\"error\":{\"message\":\"You've hit your usage limit.\"}}\n";
    assertThat(call.says(limited).ends(1).failure().nothingBegan()).isFalse();
  }

  @Test
  void aBrokenAnswerIsNotReplacedByTheMessageBeforeIt() throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"item.completed","item":{"type":"agent_message","text":"I look first"}}
                {"type":"item.completed","item":{"type":"agent_message","text":"the ans
                {"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}
                """)
            .failure();
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
  }
}
