package dev.agentworkflows.adapter.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.adapter.http.AnswerForm;
import dev.agentworkflows.adapter.http.Calls;
import dev.agentworkflows.adapter.http.LoopbackServer;
import dev.agentworkflows.adapter.http.PromptRequest;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.spi.Effort;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.testkit.RunningCall;
import dev.agentworkflows.testkit.TestCalls;
import dev.agentworkflows.testkit.TestContext;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ChatCompletionsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String STRICT =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}";
  private static final String LOOSE =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}}";
  private static final String LIST = "{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}";

  private LoopbackServer server;
  private Adapter adapter;

  @BeforeEach
  void start() throws Exception {
    server = LoopbackServer.start();
    adapter = adapter(new OpenAiAdapterFactory(), Map.of());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Adapter adapter(AdapterFactory factory, Map<String, String> settings)
      throws AdapterException {
    return factory.create(
        TestContext.empty()
            .withSettings(Map.of("base_url", server.url()))
            .withSettings(settings)
            .withSecret("OPENAI_API_KEY", "sk-openai-1")
            .withSecret("DEEPSEEK_API_KEY", "sk-deepseek-1")
            .withSecret("OPENROUTER_API_KEY", "sk-openrouter-1"));
  }

  private static AgentCall call() {
    return TestCalls.reading(Path.of("."), "how many?");
  }

  private static AgentCall call(String schema) {
    return Calls.withSchema(schema, call());
  }

  private AgentReply reply(AgentCall call) throws Exception {
    return RunningCall.start(adapter, call).reply(PATIENCE);
  }

  private AdapterException failure(String answer) throws Exception {
    server.answer(LoopbackServer.json(answer));
    return RunningCall.start(adapter, call()).adapterException(PATIENCE);
  }

  private static String completion(String message, String finishReason) {
    return """
    {"id": "c1", "object": "chat.completion", "model": "gpt-test-2026-11-01",
     "choices": [{"index": 0, "message": %s, "finish_reason": "%s"}],
     "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120,
               "prompt_tokens_details": {"cached_tokens": 64}}}
    """
        .formatted(message, finishReason);
  }

  private static LoopbackServer.Answer text(String content) {
    return LoopbackServer.json(
        completion("{\"role\": \"assistant\", \"content\": \"" + content + "\"}", "stop"));
  }

  private static LoopbackServer.Answer refusesForm() {
    return LoopbackServer.status(
        400, "{\"error\": {\"message\": \"response_format is not supported\"}}");
  }

  @Test
  void systemEffortAndFilesGoAlong() throws Exception {
    server.answer(text("three"));
    reply(Calls.withOptions(Calls.options("be brief", Effort.MAX), call()));
    JsonNode sent = server.sent(0);
    assertThat(sent.at("/messages/0/role").stringValue()).isEqualTo("system");
    assertThat(sent.at("/messages/0/content").stringValue()).isEqualTo("be brief");
    assertThat(sent.path("reasoning_effort").stringValue()).isEqualTo("xhigh");
    JsonNode content = sent.at("/messages/1/content");
    assertThat(content.at("/0/image_url/url").stringValue())
        .isEqualTo("data:image/png;base64,AQID");
    assertThat(content.at("/1/file/filename").stringValue()).isEqualTo("b.pdf");
    assertThat(content.at("/1/file/file_data").stringValue())
        .isEqualTo("data:application/pdf;base64,BAUG");
    assertThat(content.at("/2/text").stringValue()).isEqualTo("how many?");
  }

  @Test
  void nothingGoesAlongThatNobodyAskedFor() throws Exception {
    server.answer(text("three"));
    reply(Calls.withModel("m", call()));
    assertThat(server.requests().get(0).body())
        .isEqualTo(
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"how many?\"}]}");
  }

  @Test
  void aTextIsAskedForAndAnswered() throws Exception {
    server.answer(text("three"));
    AgentReply reply = reply(Calls.withModel("gpt-x", call()));
    assertThat(reply.text()).isEqualTo("three");
    assertThat(reply.model()).isEqualTo("gpt-test-2026-11-01");
    assertThat(reply.costUsd()).isNull();
    LoopbackServer.Request request = server.requests().get(0);
    assertThat(request.path()).isEqualTo("/chat/completions");
    assertThat(request.headers()).containsEntry("authorization", "Bearer sk-openai-1");
    assertThat(request.body())
        .isEqualTo(
            "{\"model\":\"gpt-x\",\"messages\":[{\"role\":\"user\",\"content\":\"how many?\"}]}");
  }

  @Test
  void aCallWithoutAModelGetsTheFactorysDefault() throws Exception {
    server.answer(text("three"));
    reply(call());
    assertThat(server.sent(0).path("model").stringValue())
        .isEqualTo(new OpenAiAdapterFactory().defaultModel().orElseThrow());
  }

  @Test
  void usageCountsCachedTokensApart() throws Exception {
    server.answer(text("three"));
    assertThat(reply(call()).usage()).isEqualTo(new Usage(100L, 20L, 64L, null));
  }

  @Test
  void missingUsageIsUnknownAndNotZero() throws Exception {
    server.answer(LoopbackServer.json("{\"choices\": [{\"message\": {\"content\": \"x\"}}]}"));
    AgentReply reply = reply(call());
    assertThat(reply.usage()).isEqualTo(Usage.UNKNOWN);
    assertThat(reply.model()).isNull();
  }

  @Test
  void contentMayBeAListOfParts() throws Exception {
    String parts =
        "{\"content\": [{\"type\": \"text\", \"text\": \"th\"}, {\"type\": \"audio\"}, {\"type\": \"text\", \"text\": \"ree\"}]}";
    server.answer(LoopbackServer.json(completion(parts, "stop")));
    assertThat(reply(call()).text()).isEqualTo("three");
  }

  @Test
  void aStrictSchemaIsSentNatively() throws Exception {
    server.answer(text("{}"));
    reply(call(STRICT));
    var format = server.sent(0).path("response_format");
    assertThat(format.path("type").stringValue()).isEqualTo("json_schema");
    assertThat(format.at("/json_schema/strict").booleanValue()).isTrue();
    assertThat(format.at("/json_schema/schema/additionalProperties").booleanValue()).isFalse();
    assertThat(server.sent(0).at("/messages/0/content").stringValue()).isEqualTo("how many?");
  }

  @Test
  void aSchemaThatStrictModeCantExpressIsAskedForInJsonMode() throws Exception {
    server.answer(text("{}"));
    reply(call(LOOSE));
    assertThat(server.sent(0).at("/response_format/type").stringValue()).isEqualTo("json_object");
    assertThat(server.sent(0).at("/messages/0/content").stringValue())
        .startsWith("how many?")
        .contains(LOOSE);
  }

  @Test
  void aSchemaForSomethingElseThanAnObjectIsAskedForInWords() throws Exception {
    server.answer(text("[1]"));
    reply(call(LIST));
    assertThat(server.sent(0).has("response_format")).isFalse();
    assertThat(server.sent(0).at("/messages/0/content").stringValue()).contains(LIST);
  }

  @Test
  void anEndpointThatKnowsNoSchemasIsAskedInItsOwnWayAndNotTwice() throws Exception {
    server.answer(refusesForm(), refusesForm(), text("{}"));
    assertThat(reply(call(STRICT)).text()).isEqualTo("{}");
    assertThat(server.sent(0).at("/response_format/type").stringValue()).isEqualTo("json_schema");
    assertThat(server.sent(1).at("/response_format/type").stringValue()).isEqualTo("json_object");
    assertThat(server.sent(2).has("response_format")).isFalse();
    assertThat(server.sent(2).at("/messages/0/content").stringValue()).contains("integer");
    reply(call(STRICT));
    assertThat(server.requests()).hasSize(4);
    assertThat(server.sent(3).has("response_format")).isFalse();
  }

  @Test
  void aRequestThatIsRefusedInEveryFormFailsWithTheLastRefusal() throws Exception {
    server.answer(
        refusesForm(),
        refusesForm(),
        LoopbackServer.status(400, "{\"error\": {\"message\": \"prompt too rude\"}}"));
    AdapterException failure = RunningCall.start(adapter, call(STRICT)).adapterException(PATIENCE);
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("prompt too rude");
  }

  @Test
  void anErrorThatNoOtherFormMendsIsNotAskedAgain() throws Exception {
    server.answer(
        LoopbackServer.status(
            400,
            "{\"error\": {\"message\": \"too long\", \"code\": \"context_length_exceeded\"}}"));
    RunningCall.start(adapter, call(STRICT)).adapterException(PATIENCE);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aMutatingCallIsSentOnceWhateverItsSchema() throws Exception {
    server.answer(refusesForm());
    RunningCall.start(adapter, Calls.mutating(call(STRICT))).adapterException(PATIENCE);
    assertThat(server.requests()).hasSize(1);
    assertThat(server.sent(0).has("response_format")).isFalse();
  }

  @Test
  void anEmptyListOfChoicesMayBeTriedAgainAndIsBilled() throws Exception {
    AdapterException failure =
        failure("{\"choices\": [], \"usage\": {\"prompt_tokens\": 7, \"completion_tokens\": 0}}");
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("no choices");
    assertThat(failure.usage()).isEqualTo(Usage.of(7, 0));
  }

  @Test
  void aMessageWithoutTextMayBeTriedAgain() throws Exception {
    AdapterException failure = failure(completion("{\"content\": null}", "stop"));
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("no text");
  }

  @Test
  void aRefusalIsToldAsOneAndBilled() throws Exception {
    AdapterException failure =
        failure(completion("{\"content\": null, \"refusal\": \"I can't help with that\"}", "stop"));
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure).hasMessageContaining("refused").hasMessageContaining("I can't help");
    assertThat(failure.usage()).isEqualTo(new Usage(100L, 20L, 64L, null));
  }

  @Test
  void aRefusalAmongThePartsIsToldAsOne() throws Exception {
    AdapterException failure =
        failure(
            completion("{\"content\": [{\"type\": \"refusal\", \"refusal\": \"no\"}]}", "stop"));
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure).hasMessageContaining("refused");
  }

  @Test
  void aFilteredAnswerIsARefusal() throws Exception {
    AdapterException failure = failure(completion("{\"content\": \"half\"}", "content_filter"));
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure).hasMessageContaining("content filter");
  }

  @Test
  void aTruncatedAnswerIsNotPassedOffAsAWholeOne() throws Exception {
    AdapterException failure = failure(completion("{\"content\": \"half an ans\"}", "length"));
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("cut off").hasMessageContaining("max_tokens");
    assertThat(failure.usage()).isEqualTo(new Usage(100L, 20L, 64L, null));
  }

  @Test
  void anEmptyAccountIsNotARateLimit() throws Exception {
    server.answer(
        LoopbackServer.status(
            429, "{\"error\": {\"message\": \"pay\", \"code\": \"insufficient_quota\"}}"));
    assertThat(RunningCall.start(adapter, call()).adapterException(PATIENCE).kind())
        .isEqualTo(Kind.EXHAUSTED);
  }

  @Test
  void whatWasSaidBeforeGoesAlongAsMessages() throws Exception {
    server.answer(text("three"));
    Conversation.Turn one = new Conversation.Turn("one", "1");
    Conversation.Turn two = new Conversation.Turn("two \ud800", "2");
    reply(call().in(new Conversation(List.of(one, two), null)));

    assertThat(server.sent(0).path("messages").toString())
        .isEqualTo(
            """
            [{"role":"user","content":"one"},{"role":"assistant","content":"1"},\
            {"role":"user","content":"two \ufffd"},{"role":"assistant","content":"2"},\
            {"role":"user","content":"how many?"}]\
            """);
  }

  @Test
  void theLimitOfTokensHasTheNameThatTheEndpointKnows() throws Exception {
    server.answer(text("three"));
    adapter = adapter(new OpenAiAdapterFactory(), Map.of("max_tokens", "123"));
    reply(call());
    assertThat(server.sent(0).path("max_tokens").intValue()).isEqualTo(123);
  }

  @ParameterizedTest
  @CsvSource({
    "'', max_completion_tokens",
    "https://api.openai.com/v1, max_completion_tokens",
    "https://eu.api.openai.com/v1, max_completion_tokens",
    "https://me.openai.azure.com/openai/v1, max_completion_tokens",
    "https://api.groq.com/openai/v1, max_tokens"
  })
  void openAiItselfKnowsTheLimitByAnotherName(String baseUrl, String name) {
    String field = OpenAiAdapterFactory.tokenLimit(baseUrl);
    assertThat(field).isEqualTo(name);
    PromptRequest question =
        new PromptRequest("p", "m", AnswerForm.FREE_TEXT, null, 123, CallOptions.NONE);
    assertThat(
            new ChatCompletions(field, true, Effort.MAX)
                .request(question)
                .body()
                .path(name)
                .intValue())
        .isEqualTo(123);
  }

  @Test
  void deepSeekIsAskedInJsonModeAtOnceAndCountsItsCache() throws Exception {
    adapter = adapter(new DeepSeekAdapterFactory(), Map.of());
    server.answer(
        LoopbackServer.json(
            """
            {"model": "deepseek-v4-flash", "choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}],
             "usage": {"prompt_tokens": 50, "completion_tokens": 5, "prompt_cache_hit_tokens": 48,
                       "prompt_cache_miss_tokens": 2}}
            """));
    AgentReply reply = reply(call(STRICT));
    assertThat(server.sent(0).at("/response_format/type").stringValue()).isEqualTo("json_object");
    assertThat(server.requests().get(0).headers())
        .containsEntry("authorization", "Bearer sk-deepseek-1");
    assertThat(reply.usage()).isEqualTo(new Usage(50L, 5L, 48L, null));
  }

  @Test
  void openRouterSaysWhatACallCost() throws Exception {
    adapter = adapter(new OpenRouterAdapterFactory(), Map.of());
    server.answer(
        LoopbackServer.json(
            """
            {"model": "vendor/model", "choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}],
             "usage": {"prompt_tokens": 5, "completion_tokens": 2, "cost": 0.00001234}}
            """));
    assertThat(reply(call()).costUsd()).isEqualByComparingTo(new BigDecimal("0.00001234"));
    assertThat(server.requests().get(0).headers())
        .containsEntry("authorization", "Bearer sk-openrouter-1");
  }

  @Test
  void openRoutersErrorInAnAnswerIsAnError() throws Exception {
    adapter = adapter(new OpenRouterAdapterFactory(), Map.of());
    AdapterException limited =
        failure("{\"error\": {\"code\": 429, \"message\": \"upstream is busy\"}}");
    assertThat(limited.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(limited).hasMessageContaining("upstream is busy");
    AdapterException poor =
        failure("{\"choices\": [{\"error\": {\"code\": 402, \"message\": \"no credits\"}}]}");
    assertThat(poor.kind()).isEqualTo(Kind.EXHAUSTED);
  }

  @Test
  void twoProvidersOfOneFactoryKeepTheirOwnSettings() throws Exception {
    server.answer(text("three"));
    try (LoopbackServer other = LoopbackServer.start(text("four"));
        Adapter second =
            new OpenAiAdapterFactory()
                .create(
                    TestContext.empty()
                        .withSettings(Map.of("base_url", other.url(), "api_key_env", "GROQ_KEY"))
                        .withSecret("GROQ_KEY", "gsk-1"))) {
      assertThat(reply(call()).text()).isEqualTo("three");
      assertThat(RunningCall.start(second, call()).reply(PATIENCE).text()).isEqualTo("four");
      assertThat(other.requests().get(0).headers()).containsEntry("authorization", "Bearer gsk-1");
    }
  }
}
