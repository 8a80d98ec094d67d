package dev.agentworkflows.adapter.acp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.spi.UsageWindow;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is an answer, and what it cost. */
@Timeout(120)
class AnswersTest {

  @TempDir Path directory;
  private ScriptedAgent agent;

  @BeforeEach
  void makeAgent() {
    agent = new ScriptedAgent(directory);
  }

  @Test
  void tenThousandChunksAreOneTextInOrder() throws Exception {
    String expected =
        IntStream.range(0, 10_000).mapToObj(n -> n + ",").collect(Collectors.joining());
    assertThat(agent.text("chunks 10000")).isEqualTo(expected);
  }

  @Test
  void thoughtsAreNotPartOfTheAnswer() throws Exception {
    assertThat(agent.text("thinks")).isEqualTo("the answer");
  }

  @Test
  void aBlankLineStandsBetweenTwoMessages() throws Exception {
    assertThat(agent.text("messages")).isEqualTo("first message\n\nsecond");
    assertThat(agent.context().progress()).containsExactly("Read notes.md");
  }

  @Test
  void theWordsOfAnotherSessionAreNotTheAnswer() throws Exception {
    assertThat(agent.text("subagent")).isEqualTo("the answer");
  }

  @Test
  void whatIsUnknownOrUnaskedIsPassedOver() throws Exception {
    assertThat(agent.text("noise")).isEqualTo("[-32601, -32601, -32601]");
    assertThat(agent.context().transcript()).contains("\"npm warn: something\"", "\"{\"");
  }

  @Test
  void nothingIsAddedAfterTheEndOfTheTurn() throws Exception {
    assertThat(agent.failure("late"))
        .hasMessageContaining("empty answer")
        .extracting(AdapterException::kind)
        .isEqualTo(Kind.TRANSIENT);
  }

  @Test
  void anEditMayEndWithoutWords() throws Exception {
    assertThat(agent.mutating().text("late")).isEmpty();
  }

  @Test
  void aLongPromptArrivesWhole() throws Exception {
    String prompt = "é\uD83D\uDE00\n\"".repeat(200_000);
    assertThat(agent.text(prompt)).isEqualTo("you said: " + prompt);
  }

  @Test
  void aPromptThatLooksLikeACommandIsNotOne() throws Exception {
    assertThat(agent.text(" /init the repository"))
        .isEqualTo("you said: " + Session.NO_COMMAND + " /init the repository");
  }

  @Test
  void anAnswerThatNeverEndsIsGivenUp() throws Exception {
    AdapterException failure = agent.failure("talks 50");
    assertThat(failure).hasMessageContaining("longer than 16 MiB");
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure.isBilled()).isTrue();
  }

  @Test
  void anAnswerWithALineLeftOutIsNotPassedOffAsAWholeOne() throws Exception {
    assertThat(agent.failure("long-line")).hasMessageContaining("longer than 16 MiB");
  }

  @ParameterizedTest
  @CsvSource({
    "refusal, REFUSED, refused to answer",
    "max_tokens, PERMANENT, cut off",
    "max_turn_requests, PERMANENT, cut off",
    "cancelled, PERMANENT, nobody had asked",
    "of_a_later_version, PERMANENT, does not say"
  })
  void aTurnThatDidNotEndByItselfIsAFailureThatIsBilled(String reason, Kind kind, String words)
      throws Exception {
    AdapterException failure = agent.failure("stop " + reason);
    assertThat(failure).hasMessageContaining(words).hasMessageContaining(reason);
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.isBilled()).isTrue();
  }

  @Test
  void usageAndCostAreThoseThatTheAgentTells() throws Exception {
    AgentReply reply =
        agent.reply(
            """
            usage {"usage": {"inputTokens": 10, "outputTokens": 4, "thoughtTokens": 3,
            "cachedReadTokens": 100, "cachedWriteTokens": 20, "totalTokens": 137}}\
            """);
    assertThat(reply.usage()).isEqualTo(new Usage(130L, 7L, 100L, 20L, 137L));
    assertThat(reply.costUsd()).isEqualByComparingTo("0.25");
  }

  @Test
  void aWindowThatClaudeInsideTellsOfIsPassedOn() throws Exception {
    assertThat(
            agent.text(
                "windows {\"status\":\"allowed_warning\",\"rateLimitType\":\"five_hour\","
                    + "\"utilization\":0.93,\"resetsAt\":1796000000}"))
        .isEqualTo("the answer");
    assertThat(agent.context().usageWindows())
        .containsExactly(new UsageWindow("five_hour", 0.93, Instant.ofEpochSecond(1_796_000_000L)));
  }

  @Test
  void cachedTokensThatAreCountedAsInputAreNotCountedTwice() throws Exception {
    AgentReply reply =
        agent.reply(
            """
            usage {"usage": {"inputTokens": 110, "outputTokens": 4,
            "cachedReadTokens": 100, "totalTokens": 114}}\
            """);
    assertThat(reply.usage()).isEqualTo(new Usage(110L, 4L, 100L, null, 114L));
  }

  @Test
  void geminisOwnCountsAreRead() throws Exception {
    AgentReply reply =
        agent.reply(
            """
            usage {"_meta": {"quota": {"token_count": {"input_tokens": 5, "output_tokens": 6}}}}\
            """);
    assertThat(reply.usage()).isEqualTo(Usage.of(5, 6));
  }

  @Test
  void zerosAndAbsurdNumbersAreUnknownUsage() throws Exception {
    assertThat(agent.reply("usage {\"usage\": {\"inputTokens\": 0, \"outputTokens\": 0}}").usage())
        .isEqualTo(Usage.UNKNOWN);
    assertThat(agent.reply("usage {\"usage\": {\"inputTokens\": -5}}").usage())
        .isEqualTo(Usage.UNKNOWN);
    assertThat(agent.reply("usage {}").usage()).isEqualTo(Usage.UNKNOWN);
  }

  @Test
  void theModelIsChosenAmongTheSessionsOptions() throws Exception {
    agent.behaves("options").model("m2");
    assertThat(agent.reply("hello").model()).isEqualTo("m2");
    assertThat(agent.heard().toString()).contains("\"configId\":\"model\"", "\"value\":\"m2\"");
  }

  @Test
  void theModelThatTheSessionNamesIsTold() throws Exception {
    assertThat(agent.behaves("options").reply("hello").model()).isEqualTo("m1");
  }

  @Test
  void aModelThatIsNotOfferedIsRefused() throws Exception {
    AdapterException failure = agent.behaves("options").model("m3").failure("hello");
    assertThat(failure).hasMessageContaining("no model 'm3'; it offers: m1, m2");
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
  }

  @Test
  void anAgentWithoutModelsCantBeGivenOne() throws Exception {
    assertThat(agent.model("m1").failure("hello")).hasMessageContaining("it offers no choice");
  }
}
