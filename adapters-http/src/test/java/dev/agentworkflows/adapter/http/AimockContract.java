package dev.agentworkflows.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.testkit.RunningCall;
import dev.agentworkflows.testkit.TestCalls;
import dev.agentworkflows.testkit.TestContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An adapter against a server that none of its authors wrote. */
@Tag("slow")
public abstract class AimockContract {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int AT_ONCE = 64;

  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}";

  @TempDir private Path directory;

  protected abstract AdapterFactory factory();

  protected abstract String secretName();

  /** Where below llmock's address the provider's API is: {@code /v1}. */
  protected abstract String basePath();

  /** The fixture for the prompt "structured", as llmock's JSON. */
  protected abstract String structuredFixture();

  private Aimock start(String... options) throws Exception {
    String fixtures =
        """
        {"fixtures": [
          {"match": {"userMessage": "hello"}, "response": {"content": "Hi there",
           "usage": {"prompt_tokens": 11, "completion_tokens": 3, "input_tokens": 11, "output_tokens": 3}}},
          {"match": {"userMessage": "cut"}, "response": {"content": "half", "finishReason": "length"}},
          {"match": {"userMessage": "limited"},
           "response": {"error": {"message": "slow", "type": "rate_limit_error"}, "status": 429}},
          {"match": {"userMessage": "refused"},
           "response": {"error": {"message": "not like this", "type": "invalid_request_error"}, "status": 400}},
          %s
        ]}
        """
            .formatted(structuredFixture());
    return Aimock.start(directory, fixtures, options);
  }

  private Adapter adapter(Aimock aimock) throws AdapterException {
    return factory()
        .create(
            TestContext.empty()
                .withSettings(Map.of("base_url", aimock.url() + basePath()))
                .withSecret(secretName(), "sk-aimock-0123456789"));
  }

  private AgentCall call(String prompt) {
    return TestCalls.reading(directory, prompt);
  }

  private AgentReply reply(AgentCall call) throws Exception {
    try (Aimock aimock = start();
        Adapter adapter = adapter(aimock)) {
      return RunningCall.start(adapter, call).reply(PATIENCE);
    }
  }

  private AdapterException failure(String prompt, String... options) throws Exception {
    try (Aimock aimock = start(options);
        Adapter adapter = adapter(aimock)) {
      return RunningCall.start(adapter, call(prompt)).adapterException(PATIENCE);
    }
  }

  @Test
  void aCallIsAnsweredAndCounted() throws Exception {
    AgentReply reply = reply(call("hello"));
    assertThat(reply.text()).isEqualTo("Hi there");
    assertThat(reply.usage().inputTokens()).isEqualTo(11);
    assertThat(reply.usage().outputTokens()).isEqualTo(3);
  }

  @Test
  void manyCallsAtOnceAreAnswered() throws Exception {
    try (Aimock aimock = start();
        Adapter adapter = adapter(aimock)) {
      List<RunningCall> calls = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        calls.add(RunningCall.start(adapter, call("hello")));
      }
      for (RunningCall running : calls) {
        assertThat(running.reply(PATIENCE).text()).isEqualTo("Hi there");
      }
    }
  }

  @Test
  void aSchemaIsAnsweredWithJson() throws Exception {
    AgentReply reply = reply(Calls.withSchema(SCHEMA, call("structured")));
    assertThat(Json.read(reply.text())).isEqualTo(Json.read("{\"n\":3}"));
  }

  @Test
  void aTruncatedAnswerIsTold() throws Exception {
    assertThat(failure("cut")).hasMessageContaining("cut off");
  }

  @Test
  void aRefusedRequestFailsForGood() throws Exception {
    AdapterException failure = failure("refused");
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("not like this");
  }

  @Test
  void aRateLimitSaysHowLongToWait() throws Exception {
    AdapterException failure = failure("limited");
    assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--chaos-drop", "--chaos-malformed", "--chaos-disconnect", "--chaos-ratelimit"})
  void chaosMayBeTriedAgain(String chaos) throws Exception {
    assertThat(failure("hello", chaos, "1").kind())
        .isEqualTo(chaos.equals("--chaos-ratelimit") ? Kind.RATE_LIMITED : Kind.TRANSIENT);
  }
}
