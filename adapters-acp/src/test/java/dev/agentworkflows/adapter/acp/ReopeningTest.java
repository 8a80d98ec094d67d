package dev.agentworkflows.adapter.acp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that earlier calls have left. */
@Timeout(120)
class ReopeningTest {

  private static final String USAGE =
      "usage {\"usage\": {\"inputTokens\": 1, \"outputTokens\": 1}}";

  @TempDir Path directory;
  private ScriptedAgent agent;

  @BeforeEach
  void makeAgent() {
    agent = new ScriptedAgent(directory);
  }

  @ParameterizedTest
  @CsvSource({"fork, false", "resume, true", "load, true"})
  void aReplySaysWhereALaterCallMayGoOn(String reopens, boolean once) throws Exception {
    AgentReply reply = agent.with("AGENT_REOPENS", reopens).reply("hello");
    assertThat(reply.session()).isEqualTo(new AgentSession("session-1", once));
  }

  @Test
  void anAgentThatForgetsItsSessionsTellsNone() throws Exception {
    assertThat(agent.reply("hello").session()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"resume", "load"})
  void aCallGoesOnInItsSessionAndNothingOfBeforeIsItsAnswer(String reopens) throws Exception {
    AgentReply reply =
        agent.with("AGENT_REOPENS", reopens).in(new AgentSession("session-7", true)).reply("hello");
    assertThat(reply.text()).isEqualTo("you said: hello");
    assertThat(reply.session()).isEqualTo(new AgentSession("session-7", true));
    assertThat(agent.heard())
        .anyMatch(line -> line.contains("session/" + reopens) && line.contains("session-7"))
        .noneMatch(line -> line.contains("session/new"));
    assertThat(agent.context().progress()).isEmpty();
  }

  @Test
  void whoForksGoesOnInTheCopy() throws Exception {
    AgentReply reply =
        agent.with("AGENT_REOPENS", "fork").in(new AgentSession("session-7", false)).reply("hello");
    assertThat(reply.text()).isEqualTo("you said: hello");
    assertThat(reply.session()).isEqualTo(new AgentSession("session-7-fork", false));
  }

  @Test
  void aReadOnlyCallSetsItsModeInASessionOfBeforeToo() throws Exception {
    agent.with("AGENT_REOPENS", "load").in(new AgentSession("session-7", true)).reply("hello");
    assertThat(agent.heard())
        .anyMatch(line -> line.contains("session/set_mode") && line.contains("plan"));
  }

  @ParameterizedTest
  @CsvSource({"load, ''", "fork, tells-cost-of-copy"})
  void whatEarlierTurnsCostIsNotPaidAgain(String reopens, String behaviour) throws Exception {
    assertThat(cost(reopens, behaviour, USAGE)).isEqualByComparingTo("0.15");
  }

  @ParameterizedTest
  @CsvSource({"resume, ''", "fork, ''", "fork, tells-cost-of-original"})
  void aTurnsCostIsUnknownWhereTheEarlierTurnsCostIs(String reopens, String behaviour)
      throws Exception {
    assertThat(cost(reopens, behaviour, USAGE)).isNull();
  }

  @Test
  void aTurnWhoseCostIsNotToldIsNotFree() throws Exception {
    assertThat(cost("load", "", "hello")).isNull();
  }

  private @Nullable BigDecimal cost(String reopens, String behaviour, String prompt)
      throws Exception {
    return agent
        .with("AGENT_REOPENS", reopens)
        .behaves(behaviour)
        .in(new AgentSession("session-7", !reopens.equals("fork")))
        .reply(prompt)
        .costUsd();
  }

  @ParameterizedTest
  @CsvSource({"load, forgets, no such session", "load, dies-loading, exit code 1"})
  void aSessionThatIsNotThereIsLost(String reopens, String behaviour, String why) throws Exception {
    AdapterException failure =
        agent
            .with("AGENT_REOPENS", reopens)
            .behaves(behaviour)
            .in(new AgentSession("session-7", true))
            .mutating()
            .failure("hello");
    assertThat(failure.kind()).isEqualTo(Kind.SESSION_LOST);
    assertThat(failure).hasMessageContaining(why);
    assertThat(failure.usage()).isEqualTo(Usage.of(0, 0));
    assertThat(agent.heard()).noneMatch(line -> line.contains("session/prompt"));
  }

  @Test
  void aSessionInWhichNoModeCanBeSetIsLostToAReadOnlyCall() throws Exception {
    agent.with("AGENT_REOPENS", "load").behaves("no-modes").in(new AgentSession("session-7", true));
    assertThat(agent.failure("hello").kind()).isEqualTo(Kind.SESSION_LOST);
  }

  @Test
  void aSessionThatWasLeftReadOnlyIsLostToACallThatMayEdit() throws Exception {
    agent.with("AGENT_REOPENS", "load").behaves("left-read-only").mutating();
    assertThat(agent.in(new AgentSession("session-7", true)).failure("hello").kind())
        .isEqualTo(Kind.SESSION_LOST);
  }

  @ParameterizedTest
  @CsvSource({"'', true", "load, false", "resume, false"})
  void aSessionThatOthersMayGoOnInIsNotChanged(String reopens, boolean once) throws Exception {
    AdapterException failure =
        agent
            .with("AGENT_REOPENS", reopens)
            .in(new AgentSession("session-7", once))
            .failure("hello");
    assertThat(failure.kind()).isEqualTo(Kind.SESSION_LOST);
    assertThat(agent.heard()).hasSize(1);
  }
}
