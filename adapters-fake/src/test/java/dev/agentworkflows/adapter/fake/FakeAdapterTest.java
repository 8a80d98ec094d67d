package dev.agentworkflows.adapter.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.spi.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FakeAdapterTest {

  private final Adapter adapter = new FakeAdapter();

  @Test
  void theProviderIsFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(AdapterFactory.class))
        .anySatisfy(factory -> {
          assertThat(factory).isInstanceOf(FakeAdapterFactory.class);
          assertThat(factory.name()).isEqualTo("fake");
          assertThat(factory.aliases()).containsExactly("fixture");
          assertThat(factory.defaultModel()).contains("fake");
          assertThat(factory.concurrency()).isZero();
        });
  }

  @Test
  void withoutASchemaThePromptComesBack() throws Exception {
    assertThat(adapter.invoke(call("hello", null, null), () -> 1))
        .isEqualTo(new AgentReply("hello", "some-model", Usage.of(2, 2), null));
  }

  @Test
  void inAConversationTheEchoSaysWhichTurnItIs() throws Exception {
    Conversation said = new Conversation(List.of(new Conversation.Turn("12345678", "1234")), null);

    assertThat(adapter.invoke(call("hello", null, null).in(said), () -> 1))
        .isEqualTo(new AgentReply("[turn 2] hello", "some-model", Usage.of(5, 4), null));
  }

  @Test
  void withASchemaTheSmallestValueComesBack() throws Exception {
    String schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}";

    assertThat(adapter.invoke(call("hello", schema, null), () -> 1).text()).isEqualTo("{\"a\":0}");
  }

  @Test
  void manySchemasAndLongOnesHaveTheirOwnAnswers() throws Exception {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 300; i++) {
        assertThat(adapter.invoke(call("hello", "{\"const\":" + i + "}", null), () -> 1).text())
            .isEqualTo("" + i);
      }
      assertThat(adapter.invoke(call("", "{\"minLength\":30000}", null), () -> 1).text())
          .hasSize(30_002);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"$ref\":\"https://example.org/schema\"}"})
  void aSchemaThatCannotBeUsedFailsTheCallForGood(String schema) {
    assertThatThrownBy(() -> adapter.invoke(call("hello", schema, null), () -> 1))
        .isInstanceOfSatisfying(
            AdapterException.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.PERMANENT))
        .hasMessageStartingWith("fake provider: the schema cannot be used: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{'text':'hi'} | hi",
        "{'text':''} |",
        "{'value':{'a':[1.50,null]}} | {'a':[1.50,null]}",
        "{'value':null} | null",
        "{'value':'\u00e9\ud800'} | '\\u00E9\\uD800'",
        "{'value':1e5} | 1E+5",
        "{'value':'text'} | 'text'",
        "{'text':null,'status':'done'} | prompt",
        "{} | prompt",
      })
  void aScriptedAnswerIsGivenAsItIs(String script, @Nullable String answer) throws Exception {
    String expected = answer == null ? "" : answer.replace('\'', '"');
    assertThat(adapter.invoke(scripted(script), () -> 1).text()).isEqualTo(expected);
  }

  @Test
  void scriptedTokensAndCostAreReported() throws Exception {
    AgentReply reply =
        adapter.invoke(scripted("{'input_tokens':70,'output_tokens':0,'cost_usd':0.25}"), () -> 1);

    assertThat(reply.usage()).isEqualTo(Usage.of(70, 0));
    assertThat(reply.costUsd()).isEqualByComparingTo("0.25");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{'error':'no luck'} | PERMANENT | no luck",
        "{'status':'failed','error':'no luck'} | PERMANENT | no luck",
        "{'status':'provider_failed'} | PERMANENT | the fake provider fails, as its script says",
        "{'status':'timeout'} | TIMEOUT | the fake provider times out, as its script says",
        "{'fail_times':2} | TRANSIENT | the fake provider fails attempt 1 of 2, as its script says",
        "{'fail_times':1,'error':'busy'} | TRANSIENT | busy",
      })
  void aScriptedFailureHasAKindAndAMessage(String script, Kind kind, String message) {
    assertThatThrownBy(() -> adapter.invoke(scripted(script), () -> 1))
        .isInstanceOfSatisfying(
            AdapterException.class, failure -> assertThat(failure.kind()).isEqualTo(kind))
        .hasMessage(message);
  }

  @Test
  void aFailureBillsTheTokensThatItsScriptStates() {
    assertThatThrownBy(
            () -> adapter.invoke(scripted("{'status':'failed','input_tokens':9}"), () -> 1))
        .isInstanceOfSatisfying(
            AdapterException.class,
            failure -> assertThat(failure.usage().billedTokens()).isEqualTo(9));
  }

  @Test
  void theFirstAttemptsFailAndTheNextSucceeds() throws Exception {
    AgentCall call = scripted("{'fail_times':2,'error':'busy','text':'at last'}");

    assertThatThrownBy(() -> adapter.invoke(call, () -> 2)).hasMessage("busy");
    assertThat(adapter.invoke(call, () -> 3).text()).isEqualTo("at last");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{'delay':5} | unknown key \"delay\"; known are [cost_usd, delay_ms, error,",
        "{'delay_ms':'5'} | delay_ms must be a whole number, 0 or more; found \"5\"",
        "{'delay_ms':-1} | delay_ms must be a whole number, 0 or more; found -1",
        "{'delay_ms':true} | delay_ms must be",
        "{'fail_times':1.5} | fail_times must be",
        "{'text':5} | text must be a string; found 5",
        "{'error':['x']} | error must be a string",
        "{'input_tokens':9223372036854775808} | input_tokens must be",
        "{'cost_usd':1e9999} | cost_usd must be a number, 0 or more",
        "{'cost_usd':-0.5} | cost_usd must be a number, 0 or more",
        "{'input_tokens':99999999999999999999} | input_tokens must be",
        "{'text':'a','value':1} | text and value exclude each other",
        "{'status':'schema_failed'} | for schema_failed, script a text or value that breaks",
        "{'status':'cancelled'} | the coordinator's own",
        "[] | must be an object with keys among [cost_usd,",
      })
  void aScriptThatIsNotUnderstoodFailsTheCallForGood(String script, String message) {
    assertThatThrownBy(() -> adapter.invoke(scripted(script), () -> 1))
        .isInstanceOfSatisfying(
            AdapterException.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.PERMANENT))
        .hasMessageStartingWith("fake provider: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"note\":\"fake\"}",
        "{\"fake\":null}",
        "{\"deep\":{\"fake\":{\"text\":\"x\"}}}"
      })
  void otherMetadataIsNoScript(String metadata) throws Exception {
    assertThat(adapter.invoke(call("prompt", null, metadata), () -> 1).text()).isEqualTo("prompt");
  }

  @Test
  void onlyACallThatWaitsDoesNotAnswerAtOnce() {
    assertThat(adapter.answersAtOnce(call("prompt", null, null))).isTrue();
    assertThat(adapter.answersAtOnce(scripted("{'delay_ms':0,'text':'x'}"))).isTrue();
    assertThat(adapter.answersAtOnce(scripted("{'nonsense':0}"))).isTrue();
    assertThat(adapter.answersAtOnce(scripted("{'delay_ms':1}"))).isFalse();
  }

  @Test
  void aDelayIsWaited() throws Exception {
    long before = System.nanoTime();
    adapter.invoke(scripted("{'delay_ms':30}"), () -> 1);

    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isGreaterThanOrEqualTo(Duration.ofMillis(30));
  }

  @Test
  void anInterruptEndsTheDelay() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    FutureTask<AgentReply> call =
        new FutureTask<>(() -> {
          started.countDown();
          return adapter.invoke(scripted("{'delay_ms':600000}"), () -> 1);
        });
    Thread thread = new Thread(call);
    thread.start();
    assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();
    thread.interrupt();

    assertThatThrownBy(() -> call.get(5, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InterruptedException.class);
  }

  private static AgentCall scripted(String script) {
    return call("prompt", null, "{'other':1,'fake':%s}".formatted(script).replace('\'', '"'));
  }

  private static AgentCall call(String prompt, @Nullable String schema, @Nullable String metadata) {
    return new AgentCall(
        "run_1_call_0001",
        prompt,
        schema,
        "some-model",
        null,
        Path.of("."),
        null,
        false,
        List.of(),
        List.of(),
        null,
        metadata,
        Duration.ofSeconds(10));
  }
}
