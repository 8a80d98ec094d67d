package dev.agentworkflows.adapter.acp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.UsageLimit;
import dev.agentworkflows.testkit.RunningCall;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How calls end without an answer, and that nothing is left of them. */
@Timeout(120)
class EndingsTest {

  @TempDir Path directory;
  private ScriptedAgent agent;

  @BeforeEach
  void makeAgent() {
    agent = new ScriptedAgent(directory);
  }

  @AfterEach
  void nothingIsLeftBehind() {
    List<String> left =
        ProcessHandle.current()
            .descendants()
            .filter(ProcessHandle::isAlive)
            .map(process -> process.info().commandLine().orElse("?"))
            .filter(line -> line.contains("agent.py") || line.contains("sleep"))
            .toList();
    assertThat(left).isEmpty();
  }

  @Test
  void anAgentThatIsKilledBeforeThePromptWasSurelyNotAsked() throws Exception {
    assertThat(agent.behaves("killed").failure("hello").kind()).isEqualTo(Kind.NOT_SENT);
  }

  @Test
  void anAgentThatEndsAtOnceIsToldWithItsWords() throws Exception {
    AdapterException failure = agent.behaves("ends").failure("hello");
    assertThat(failure)
        .hasMessageContaining("exit code 3")
        .hasMessageContaining("no home directory");
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
  }

  @Test
  @Tag("slow")
  @Timeout(240)
  void anAgentThatNeverAnswersInitializeIsEnded() throws Exception {
    AdapterException failure = agent.behaves("never-initializes").failure("hello");
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure)
        .hasMessageContaining("has not answered the request 'initialize' within 120 s")
        .hasMessageContaining("the end of its standard error: open the page to log in");
  }

  @Test
  void aCancelledCallIsCancelledByTheProtocolFirst() throws Exception {
    RunningCall call = agent.start("cancellable");
    awaitLine("session/prompt");
    call.interrupt();
    assertThat(call.failure(Duration.ofSeconds(5))).isInstanceOf(InterruptedException.class);
    assertThat(agent.heard()).contains("the turn was cancelled");
  }

  @Test
  void anotherVersionOfTheProtocolIsRefusedByItsNumber() throws Exception {
    AdapterException failure = agent.with("AGENT_VERSION", "2").failure("hello");
    assertThat(failure)
        .hasMessageContaining("speaks version 2")
        .hasMessageContaining("1 is needed");
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(agent.heard().toString()).doesNotContain("session/new");
  }

  @Test
  void aMissingLoginIsToldWithWhatTheAgentOffers() throws Exception {
    AdapterException failure = agent.behaves("login").failure("hello");
    assertThat(failure)
        .hasMessageContaining("is not logged in")
        .hasMessageContaining("Log in (browser)")
        .hasMessageContaining("auth_method");
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void aWayToLogInCanBeSet() throws Exception {
    assertThat(agent.setting("auth_method", "browser").text("hello")).isEqualTo("you said: hello");
    assertThat(agent.heard().get(1)).contains("\"authenticate\"", "\"methodId\":\"browser\"");
  }

  @ParameterizedTest
  @CsvSource({
    "429 slow down, RATE_LIMITED",
    "503 try later, TRANSIENT",
    "400 no, PERMANENT",
    "429 You exceeded your current quota, EXHAUSTED",
    "-32603 You've hit your usage limit, USAGE_LIMITED",
    "-32603 fetch failed, TRANSIENT",
    "-32603 out of credits, EXHAUSTED",
    "-32603 something else, PERMANENT"
  })
  void anErrorMeansWhatItsCodeAndWordsSay(String error, Kind kind) throws Exception {
    AdapterException failure = agent.failure("error " + error);
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessageContaining(error.substring(error.indexOf(' ') + 1));
  }

  @Test
  void aFailureAfterWorkIsBilledAndOneBeforeItIsNot() throws Exception {
    assertThat(agent.failure("works-then-fails").isBilled()).isTrue();
    assertThat(agent.failure("half 1").isBilled()).isTrue();
    assertThat(agent.failure("error 400 no").isBilled()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permission",
        "terminal",
        "subagent",
        "cost",
        "broken",
        "plan",
        "of_a_later_version"
      })
  void aLimitAfterAnySignOfWorkMayHaveBegun(String sign) throws Exception {
    AdapterException failure = agent.mutating().failure("limited-after " + sign);
    assertThat(failure.kind()).isEqualTo(Kind.USAGE_LIMITED);
    assertThat(failure.nothingBegan()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "error 429 slow down, true",
    "error 529 for now, true",
    "error -32603 the model is overloaded, true",
    "error 503 no answer, false",
    "error 500 no, false",
    "error -32603 fetch failed, false",
    "works-then-fails, false"
  })
  void whoIsTurnedAwayHasNotBegun(String ending, boolean nothing) throws Exception {
    assertThat(agent.mutating().failure(ending).nothingBegan()).isEqualTo(nothing);
  }

  @ParameterizedTest
  @ValueSource(strings = {"available_commands_update", "session_info_update", "usage_update"})
  void aLimitAfterNewsOfTheSessionIsCertain(String news) throws Exception {
    assertThat(agent.mutating().failure("limited-after " + news).nothingBegan()).isTrue();
  }

  @Test
  void aLimitIsReadInTheErrorsFieldsFirst() throws Exception {
    AdapterException failure =
        agent.failure(
            "limited-with {\"message\": \"not now\", \"type\": \"usage_limit_reached\","
                + " \"resets_at\": \"2100-01-02T03:04:05Z\"}");
    assertThat(failure.kind()).isEqualTo(Kind.USAGE_LIMITED);
    assertThat(failure.usageLimit())
        .isEqualTo(UsageLimit.until(Instant.parse("2100-01-02T03:04:05Z"), true));
  }

  @Test
  void aFailureThatPassesBeforeThePromptWasSurelyNotSent() throws Exception {
    assertThat(agent.behaves("unreachable").failure("hello").kind()).isEqualTo(Kind.NOT_SENT);
  }

  @Test
  void onlyTheKeyThatTheEntryNamesReachesTheAgent() throws Exception {
    agent.secret("TEST_KEY", "sk-1").secret("OTHER_KEY", "sk-2").setting("api_key_env", "TEST_KEY");
    assertThat(agent.text("environment TEST_KEY OTHER_KEY"))
        .isEqualTo("{\"TEST_KEY\": \"sk-1\", \"OTHER_KEY\": null}");
  }

  @Test
  void aKeyInAToolsTitleIsTakenOutBeforeItIsCut() throws Exception {
    String key = "sk-" + "k".repeat(150);
    agent.secret("TEST_KEY", key).setting("api_key_env", "TEST_KEY");
    agent.text("title-with-key");
    assertThat(agent.context().progress()).containsExactly("curl [redacted:TEST_KEY]");
  }

  private void awaitLine(String words) throws IOException {
    for (int i = 0; i < 3000; i++) {
      if (agent.heard().toString().contains(words)) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    throw new AssertionError("the agent was not sent " + words);
  }
}
