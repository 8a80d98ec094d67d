package dev.agentworkflows.adapter.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.spi.UsageLimit;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ClaudeAdapterTest {

  private static final String DONE =
      "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"result\":\"fine\"}";

  @TempDir private Path temporary;
  private ScriptedCall call;

  @BeforeEach
  void prepare() {
    call = new ScriptedCall(new ClaudeAdapterFactory(), temporary);
  }

  @Test
  void theAnswerComesWithItsModelItsTokensAndItsPrice() throws Exception {
    AgentReply reply =
        call.says(
                """
                {"type":"system","subtype":"init","model":"claude-x[1m]"}
                {"type":"assistant","message":{"id":"m1","model":"claude-x","content":[],"usage":{"input_tokens":1}},"parent_tool_use_id":null}
                {"type":"assistant","message":{"id":"m2","model":"claude-small","content":[]},"parent_tool_use_id":"toolu_1"}
                {"type":"result","subtype":"success","is_error":false,"result":"fine","total_cost_usd":0.0125,"usage":{"input_tokens":10,"output_tokens":7,"cache_read_input_tokens":200,"cache_creation_input_tokens":30}}
                """)
            .reply();
    assertThat(reply)
        .isEqualTo(
            new AgentReply(
                "fine", "claude-x", new Usage(240L, 7L, 200L, 30L), new BigDecimal("0.0125")));
  }

  private static final String SESSION = "0362a74b-fd39-4ca3-b221-21f18b462112";

  /** As claude 2.1.197 says it. */
  private static final String NO_SESSION =
      """
      {"type":"result","subtype":"error_during_execution","is_error":true,"num_turns":0,"session_id":"a0cd7c9b-e322-4319-8c6c-d01f3b9a9789","total_cost_usd":0,"usage":{"input_tokens":0,"output_tokens":0},"errors":["No conversation found with session ID: 0362a74b"]}
      """;

  @Test
  void aCallGoesOnInACopyOfItsSession() throws Exception {
    AgentReply reply =
        call.in(SESSION).says(DONE.replace("}", ",\"session_id\":\"d20b8701-b66e\"}")).reply();
    assertThat(call.arguments()).containsSequence("--resume=" + SESSION, "--fork-session");
    assertThat(reply.session()).isEqualTo(new AgentSession("d20b8701-b66e", false));
  }

  @Test
  void aCallWithoutASessionResumesNone() throws Exception {
    call.says(DONE).reply();
    assertThat(call.arguments()).noneMatch(argument -> argument.startsWith("--resume"));
    assertThat(call.arguments()).doesNotContain("--fork-session");
  }

  @Test
  void aSessionThatIsNotThereIsLost() throws Exception {
    AdapterException failure = call.in(SESSION).mutating().says(NO_SESSION).ends(1).failure();
    assertThat(failure.kind()).isEqualTo(Kind.SESSION_LOST);
    assertThat(failure.usage()).isEqualTo(Usage.of(0, 0));
  }

  @Test
  void anOlderProgramSaysSoOnStandardErrorAlone() throws Exception {
    AdapterException failure =
        call.in(SESSION).complains("No conversation found with session ID: x").ends(1).failure();
    assertThat(failure.kind()).isEqualTo(Kind.SESSION_LOST);
  }

  @Test
  void whatFailsInASessionIsNoLostSession() throws Exception {
    String begun = "{\"type\":\"system\",\"subtype\":\"init\"}\n" + NO_SESSION;
    assertThat(call.in(SESSION).says(begun).ends(1).failure().kind()).isEqualTo(Kind.PERMANENT);
    assertThat(new ScriptedCall(new ClaudeAdapterFactory(), temporary).says(NO_SESSION).failure())
        .extracting(AdapterException::kind)
        .as("without a session none can be lost")
        .isEqualTo(Kind.PERMANENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--mcp-config=/x", "", "a b", "../x", "a\nb"})
  void whatIsStoredAndNoSessionsIdReachesNoCommandLine(String stored) throws Exception {
    assertThat(call.in(stored).says(DONE).failure().kind()).isEqualTo(Kind.SESSION_LOST);
    assertThat(call.started()).isFalse();
  }

  @Test
  void whatSubagentsTookStandsWithTheirModels() throws Exception {
    AgentReply reply =
        call.says(
                """
                {"type":"result","subtype":"success","is_error":false,"result":"fine","total_cost_usd":0.02,"usage":{"input_tokens":10,"output_tokens":7},"modelUsage":{"claude-x":{"inputTokens":10,"outputTokens":7,"cacheReadInputTokens":0,"cacheCreationInputTokens":0},"claude-small":{"inputTokens":100,"outputTokens":20,"cacheReadInputTokens":5,"cacheCreationInputTokens":1}}}
                """)
            .reply();
    assertThat(reply.usage()).isEqualTo(new Usage(116L, 27L, 5L, 1L));
  }

  @Test
  void aFailureKeepsWhatTheProgramSaysThatItCost() throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"result","subtype":"error_max_turns","is_error":true,"total_cost_usd":0.05,"usage":{"input_tokens":100,"output_tokens":50}}
                """)
            .failure();
    assertThat(failure.isBilled()).isTrue();
    assertThat(failure.costUsd()).isEqualByComparingTo("0.05");
    assertThat(failure.usage().billedTokens()).isEqualTo(150);
  }

  @Test
  void everyLineOfTheStreamIsKept() throws Exception {
    call.says("null\n[]\n\"words\"\n17\nnot json\n\n" + DONE + "\n").reply();
    assertThat(call.context().transcript())
        .containsExactly("null", "[]", "\"words\"", "17", "\"not json\"", DONE);
  }

  @Test
  void peopleSeeWhatTheAgentDoes() throws Exception {
    call.says(
            """
            {"type":"assistant","message":{"id":"m1","model":"x","content":[{"type":"tool_use","name":"Edit","input":{"file_path":"src/main.c"}}]}}
            """
                + DONE)
        .reply();
    assertThat(call.context().progress()).containsExactly("Edit src/main.c");
  }

  @Test
  void aReadOnlyCallHasNoToolThatChangesFiles() throws Exception {
    call.says(DONE).reply();
    assertThat(call.argument("--permission-mode")).isEqualTo("default");
    assertThat(call.argumentsAfter("--disallowedTools"))
        .contains("Bash", "Edit", "MultiEdit", "Write", "NotebookEdit", "EnterWorktree");
  }

  @Test
  void aReadOnlyCallInAnothersWorktreeHasNoneEither() throws Exception {
    call.worktree(Files.createDirectory(temporary.resolve("tree"))).says(DONE).reply();
    assertThat(call.argument("--permission-mode")).isEqualTo("default");
    assertThat(call.argumentsAfter("--disallowedTools")).contains("Bash", "Edit", "Write");
  }

  @Test
  void aMutatingCallAcceptsEdits() throws Exception {
    call.mutating().says(DONE).reply();
    assertThat(call.argument("--permission-mode")).isEqualTo("acceptEdits");
    assertThat(call.argumentsAfter("--disallowedTools"))
        .containsExactly("EnterWorktree", "ExitWorktree");
  }

  @Test
  void modelAndAgentTypeAreHandedOnInOneWord() throws Exception {
    call.model("--dangerously-skip-permissions").agentType("-reviewer").says(DONE).reply();
    assertThat(call.arguments())
        .contains("--model=--dangerously-skip-permissions", "--agent=-reviewer")
        .doesNotContain("--dangerously-skip-permissions");
  }

  @Test
  void aMutatingCallMayBeGrantedAndDeniedTools() throws Exception {
    call.mutating()
        .permissions(
            """
            {"allowed_tools": ["Bash(git log *)", "mcp__tracker__search"], "disallowed_tools": ["WebFetch"]}
            """)
        .says(DONE)
        .reply();
    assertThat(call.arguments())
        .containsSubsequence("--allowedTools", "Bash(git log *)", "mcp__tracker__search");
    assertThat(call.argumentsAfter("--disallowedTools")).contains("WebFetch");
  }

  @Test
  void aReadOnlyCallMayBeGrantedToolsThatRead() throws Exception {
    call.permissions("{\"allowed_tools\": [\"WebFetch(domain:example.com)\", \"Read\"]}")
        .says(DONE)
        .reply();
    assertThat(call.arguments())
        .containsSubsequence("--allowedTools", "WebFetch(domain:example.com)", "Read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Write", "Edit(src/**)", "Bash", "Bash(git log *)", "mcp__files__write", "*"})
  void aReadOnlyCallIsRefusedToolsThatCouldChangeFiles(String tool) throws Exception {
    AdapterException refused =
        call.permissions("{\"allowed_tools\": [\"" + tool + "\"]}").says(DONE).failure();
    assertThat(refused.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(refused).hasMessageContaining(tool);
    assertThat(call.started()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"allow\": []} | holds 'allow'; claude takes allowed_tools, disallowed_tools",
        "{\"allowed_tools\": \"Read\"} | allowed_tools must be a list of strings",
        "{\"allowed_tools\": [1]} | allowed_tools must be a list of strings",
        "{\"disallowed_tools\": [\"--dangerously-skip-permissions\"]} | --dangerously",
        "{\"disallowed_tools\": [\"\"]} | a tool is expected",
        "[\"Read\"] | must be an object",
      })
  void permissionsThatMakeNoSenseAreRefused(String permissions, String message) throws Exception {
    AdapterException refused = call.permissions(permissions).says(DONE).failure();
    assertThat(refused.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(refused).hasMessageContaining(message);
    assertThat(call.started()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}"})
  void noPermissionsAreFine(String permissions) throws Exception {
    assertThat(call.permissions(permissions).says(DONE).reply().text()).isEqualTo("fine");
  }

  @Test
  void aProgramOfYourOwnGetsNoKey() throws Exception {
    call.secret("ANTHROPIC_API_KEY", "a").settings(Map.of("api_key_env", "")).says(DONE).reply();
    assertThat(call.environment()).doesNotContainKey("ANTHROPIC_API_KEY");
  }

  @Test
  void aVariableForTheKeyIsNoSetting() throws Exception {
    AdapterException refused = call.settings(Map.of("api_key_env", "MY_KEY")).says(DONE).failure();
    assertThat(refused).hasMessageContaining("there is no setting 'api_key_env'");
  }

  @Test
  void theProgramGetsItsOwnVendorsKeysAndNoOthers() throws Exception {
    call.secret("ANTHROPIC_API_KEY", "a")
        .secret("CLAUDE_CODE_OAUTH_TOKEN", "c")
        .secret("OPENAI_API_KEY", "o")
        .says(DONE)
        .reply();
    assertThat(call.environment())
        .containsEntry("ANTHROPIC_API_KEY", "a")
        .containsEntry("CLAUDE_CODE_OAUTH_TOKEN", "c")
        .doesNotContainKeys("ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY");
  }

  @Test
  void marksOfAnEnclosingSessionStayOutsideAndSettingsDoNot() throws Exception {
    call.environment(
            Map.of(
                "CLAUDECODE", "1",
                "CLAUDE_CODE_ENTRYPOINT", "cli",
                "CLAUDE_CODE_SSE_PORT", "1234",
                "CODEX_SANDBOX", "seatbelt",
                "CODEX_THREAD_ID", "t",
                "CODEX_HOME", "/there",
                "CLAUDE_CONFIG_DIR", "/here",
                "CLAUDE_CODE_USE_BEDROCK", "1"))
        .says(DONE)
        .reply();
    assertThat(call.environment())
        .containsKeys("CODEX_HOME", "CLAUDE_CONFIG_DIR", "CLAUDE_CODE_USE_BEDROCK")
        .doesNotContainKeys(
            "CLAUDECODE",
            "CLAUDE_CODE_ENTRYPOINT",
            "CLAUDE_CODE_SSE_PORT",
            "CODEX_SANDBOX",
            "CODEX_THREAD_ID");
  }

  @ParameterizedTest
  @CsvSource({
    "/help, true",
    "/compact now, true",
    "/etc/passwd is what?, true",
    "hello /help, false"
  })
  void aPromptThatBeginsWithASlashIsReadAsAPrompt(String prompt, boolean escaped) throws Exception {
    ScriptedCall noting = new ScriptedCall(new ClaudeAdapterFactory(), temporary).prompt(prompt);
    noting.runs("cat > \"$here/prompt\"").says(DONE).reply();
    assertThat(Files.readString(temporary.resolve("prompt")))
        .isEqualTo(escaped ? "\n" + prompt : prompt);
  }

  @Test
  void gitDoesNotLookAboveAWorktree() throws Exception {
    Path worktree = Files.createDirectories(temporary.resolve("run/tree"));
    call.worktree(worktree).says(DONE).reply();
    assertThat(call.environment())
        .containsEntry("GIT_CEILING_DIRECTORIES", temporary.resolve("run").toString());
  }

  @Test
  void withoutAWorktreeGitLooksWhereItLikes() throws Exception {
    call.says(DONE).reply();
    assertThat(call.environment()).doesNotContainKey("GIT_CEILING_DIRECTORIES");
  }

  @ParameterizedTest
  @CsvSource({
    "429, RATE_LIMITED",
    "500, TRANSIENT",
    "529, TRANSIENT",
    "400, PERMANENT",
    "401, PERMANENT"
  })
  void theStatusDecidesWhetherAFailurePasses(int status, Kind kind) throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"result","subtype":"success","is_error":true,"api_error_status":%d,"result":"API Error: so it is","usage":{"input_tokens":5,"output_tokens":2}}
                """
                    .formatted(status))
            .ends(1)
            .failure();
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessage("claude failed: API Error: so it is");
    assertThat(failure.usage().billedTokens()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "rate_limit, RATE_LIMITED",
    "server_error, TRANSIENT",
    "authentication_failed, PERMANENT"
  })
  void withoutAStatusTheProgramsOwnWordDecides(String word, Kind kind) throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"assistant","message":{"model":"<synthetic>","content":[]},"error":"%s"}
                {"type":"result","subtype":"success","is_error":true,"result":"so it is"}
                """
                    .formatted(word))
            .ends(1)
            .failure();
    assertThat(failure.kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "Invalid API key · Please run /login, no turn, UNAVAILABLE, true",
    "Credit balance is too low, no turn, EXHAUSTED, true",
    "Credit balance is too low, one turn, EXHAUSTED, false",
    "Credit balance is too low, a tool, EXHAUSTED, false",
    "Credit balance is too low, tokens, EXHAUSTED, false",
    "Session expired · Please run /login, one turn, PERMANENT, false"
  })
  void whatSurelyDidNotBeginIsToldSo(String words, String turns, Kind kind, boolean nothing)
      throws Exception {
    String turn =
        """
        {"type":"assistant","message":{"id":"m",%s}}
        """
            .formatted(
                switch (turns) {
                  case "a tool" ->
                      "\"content\":[{\"type\":\"tool_use\",\"name\":\"Edit\",\"input\":{}}]";
                  case "tokens" -> "\"content\":[],\"usage\":{\"input_tokens\":5}";
                  default -> "\"model\":\"claude-x\",\"content\":[]";
                });
    String end =
        """
        {"type":"result","subtype":"success","is_error":true,"api_error_status":401,"result":"%s"}
        """
            .formatted(words);
    AdapterException failure =
        call.says(turns.equals("no turn") ? end : turn + end).ends(1).failure();
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.nothingBegan()).isEqualTo(nothing);
  }

  @ParameterizedTest
  @CsvSource({
    "429, slow down, RATE_LIMITED, true",
    "529, any words, TRANSIENT, true",
    "503, API Error: 503 the model is overloaded, TRANSIENT, true",
    "503, API Error: 503 service unavailable, TRANSIENT, false",
    "500, API Error: Internal server error, TRANSIENT, false",
    "null, API Error: 529 any words, TRANSIENT, true",
    "null, Repeated overloaded errors, TRANSIENT, true",
    "null, API Error: Connection reset, TRANSIENT, false"
  })
  void whoIsTurnedAwayHasNotBegunUnlessATurnWasTaken(
      String status, String words, Kind kind, boolean nothing) throws Exception {
    String end =
        """
        {"type":"result","subtype":"success","is_error":true,"api_error_status":%s,"result":"%s"}
        """
            .formatted(status, words);
    AdapterException failure = call.says(end).ends(1).failure();
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.nothingBegan()).isEqualTo(nothing);
    String turn =
        """
        {"type":"assistant","message":{"id":"m","model":"claude-x","content":[]}}
        """;
    assertThat(call.says(turn + end).ends(1).failure().nothingBegan()).isFalse();
  }

  @Test
  void theModelAtWorkIsToldBeforeTheEnd() throws Exception {
    call.says(
            """
            {"type":"system","subtype":"init","model":"claude-x"}
            {"type":"assistant","message":{"id":"m","model":"claude-x-1","content":[]},"parent_tool_use_id":null}
            {"type":"assistant","message":{"id":"n","model":"claude-y","content":[]},"parent_tool_use_id":"t"}
            """)
        .ends(1)
        .failure();
    assertThat(call.context().models()).containsExactly("claude-x", "claude-x-1");
  }

  @Test
  void aCallThatUsedUpItsTurnsSaysSo() throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"result","subtype":"error_max_turns","is_error":true,"errors":["12 turns"]}
                """)
            .failure();
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessage("claude failed: error_max_turns: 12 turns");
  }

  @Test
  void aStreamThatIsCutIsBilledForTheTurnsThatWereSeen() throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"assistant","message":{"id":"m1","model":"x","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}
                {"type":"assistant","message":{"id":"m1","model":"x","content":[],"usage":{"input_tokens":10,"output_tokens":4}}}
                {"type":"assistant","message":{"id":"m2","model":"x","content":[],"usage":{"input_tokens":20,"output_tokens":6}}}
                {"type":"result","subt\
                """)
            .failure();
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("ended without an answer");
    assertThat(failure.usage().billedTokens()).isEqualTo(40);
  }

  @Test
  void neitherThePromptNorASecretIsInAFailure() throws Exception {
    String prompt = "Summarise the minutes of the board meeting. ".repeat(20);
    AdapterException failure =
        call.prompt(prompt)
            .secret("ANTHROPIC_API_KEY", "sk-ant-secret")
            .runs("cat >&2; echo \"key $ANTHROPIC_API_KEY\" >&2; exit 1")
            .failure();
    assertThat(failure)
        .message()
        .doesNotContain("board meeting", "sk-ant-secret")
        .contains("[the prompt]", "[redacted:ANTHROPIC_API_KEY]")
        .hasSizeLessThan(2500);
  }

  @Test
  void anAnswerThatIsTooLongIsToldAsSuch() throws Exception {
    AdapterException failure = call.runs("head -c 17000000 /dev/zero | tr '\\0' x").failure();
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("longer than 16 MiB");
  }

  @Test
  void aMissingProgramIsNamedWithWhatToDo() throws Exception {
    AdapterException failure = call.program("no-such-claude").failure();
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure)
        .hasMessageContainingAll(
            "no program 'no-such-claude' on the PATH",
            "npm install -g @anthropic-ai/claude-code",
            "OWF_PROVIDER_CLAUDE_PROGRAM");
  }

  @Test
  @Tag("slow")
  void aFailureThatAHangingProgramToldIsToldAsWell() throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"slow down"}
                """)
            .runs("sleep 300")
            .failure();
    assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(failure).hasMessage("claude failed: slow down");
  }

  @Test
  void aProgramHasTimeToEndAfterItsResult() throws Exception {
    call.says(DONE + "\n").runs("sleep 1; : >\"$here/in-order\"").reply();
    assertThat(temporary.resolve("in-order")).exists();
  }

  @Test
  @Tag("slow")
  void aTurnAfterAResultIsWaitedFor() throws Exception {
    AgentReply reply =
        call.says(
                DONE
                    + """

                    {"type":"assistant","message":{"id":"m2","model":"x","content":[]}}
                    """)
            .runs("sleep 6; echo '" + DONE.replace("fine", "finer") + "'")
            .reply();
    assertThat(reply.text()).isEqualTo("finer");
  }

  private static final String LIMITED =
      """
      {"type":"assistant","error":"rate_limit","message":{"id":"m","model":"<synthetic>","content":[]}}
      {"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"You've hit your session limit · resets 9am (Europe/Berlin)","usage":{"input_tokens":0,"output_tokens":0}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"status\":\"rejected\",\"rateLimitType\":\"five_hour\",\"resetsAt\":1795000000 | false",
        "\"status\":\"rejected\",\"rateLimitType\":\"seven_day_opus\",\"resetsAt\":1795000000 | true",
        "\"status\":\"rejected\",\"rateLimitType\":\"seven_day\",\"unifiedWindows\":"
            + "{\"seven_day\":{\"utilization\":1,\"resetsAt\":1795000000}} | false",
      })
  void aLimitIsToldByItsEventBeforeItsText(String info, boolean ofModel) throws Exception {
    AdapterException failure =
        call.says("{\"type\":\"rate_limit_event\",\"rate_limit_info\":{" + info + "}}\n" + LIMITED)
            .ends(1)
            .failure();
    assertThat(failure.kind()).isEqualTo(Kind.USAGE_LIMITED);
    assertThat(failure.usageLimit())
        .isEqualTo(new UsageLimit(Instant.ofEpochSecond(1_795_000_000), ofModel, true));
    assertThat(failure).hasMessageContaining("session limit");
  }

  @Test
  void anEventOfAWindowThatMayGoOnIsNotTheLimits() throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"rate_limit_event","rate_limit_info":{"status":"allowed","rateLimitType":"five_hour","resetsAt":1795000000}}
                {"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"You've hit your weekly limit · resets Aug 24, 2096, 1pm (UTC)"}
                """)
            .ends(1)
            .failure();
    assertThat(failure.usageLimit())
        .isEqualTo(UsageLimit.until(Instant.parse("2096-08-24T13:01:00Z"), true));
  }

  @Test
  void aLimitWithoutAnEventIsToldByItsText() throws Exception {
    AdapterException failure = call.says(LIMITED).ends(1).failure();
    assertThat(failure.kind()).isEqualTo(Kind.USAGE_LIMITED);
    assertThat(
            requireNonNull(requireNonNull(failure.usageLimit()).resetsAt())
                .atZone(ZoneId.of("Europe/Berlin"))
                .getHour())
        .isEqualTo(9);
  }

  @Test
  void anUnknownTextOfARejectedLoginIsALimit() throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"rate_limit_event","rate_limit_info":{"status":"rejected","rateLimitType":"five_hour"}}
                {"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"Words of tomorrow"}
                """)
            .ends(1)
            .failure();
    assertThat(failure.kind()).isEqualTo(Kind.USAGE_LIMITED);
    assertThat(failure.usageLimit()).isEqualTo(UsageLimit.until(null, true));
  }

  @Test
  void aLimitInTheMiddleOfTheWorkHasSeenWork() throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"assistant","message":{"id":"m1","model":"x","content":[]}}
                """
                    + LIMITED)
            .ends(1)
            .failure();
    assertThat(requireNonNull(failure.usageLimit()).nothingBegan()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"tool_result\",\"content\":\"ok\"}]}}",
        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_u",
      })
  void aLimitAfterAnySignOfWorkMayHaveBegun(String line) throws Exception {
    AdapterException failure = call.says(line + "\n" + LIMITED).ends(1).failure();
    assertThat(failure.kind()).isEqualTo(Kind.USAGE_LIMITED);
    assertThat(failure.nothingBegan()).isFalse();
  }

  @Test
  void aLimitAfterALineLeftOutMayHaveBegun() throws Exception {
    call.runs("head -c 17000000 /dev/zero | tr '\\0' x; echo");
    assertThat(call.says(LIMITED).ends(1).failure().nothingBegan()).isFalse();
  }

  @Test
  void aLimitAfterSeveralTurnsMayHaveBegun() throws Exception {
    String limited = LIMITED.replace("\"subtype\"", "\"num_turns\":3,\"subtype\"");
    assertThat(call.says(limited).ends(1).failure().nothingBegan()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"allowed_warning, RATE_LIMITED", "allowed, RATE_LIMITED"})
  void aRateLimitOfALoginThatMayGoOnIsNone(String status, Kind kind) throws Exception {
    AdapterException failure =
        call.says(
                """
                {"type":"rate_limit_event","rate_limit_info":{"status":"%s","resetsAt":1795000000}}
                {"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"slow down"}
                """
                    .formatted(status))
            .ends(1)
            .failure();
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.usageLimit()).isNull();
  }
}
