package dev.agentworkflows.adapter.gemini;

import static dev.agentworkflows.adapter.http.ScriptedProvider.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.adapter.http.Calls;
import dev.agentworkflows.adapter.http.LoopbackServer;
import dev.agentworkflows.adapter.http.LoopbackServer.Answer;
import dev.agentworkflows.adapter.http.ScriptedProvider;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.spi.Effort;
import dev.agentworkflows.spi.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class GenerateContentTest {

  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}}";

  private static final Answer REFUSES_SCHEMA =
      LoopbackServer.status(
          400,
          "{\"error\": {\"code\": 400, \"message\": \"schema\", \"status\":"
              + " \"INVALID_ARGUMENT\"}}");

  private ScriptedProvider provider;
  private LoopbackServer server;

  @BeforeEach
  void start() throws Exception {
    provider = ScriptedProvider.start(new GeminiAdapterFactory(), "GEMINI_API_KEY", Map.of());
    server = provider.server();
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  private static String content(String parts, String finishReason) {
    return """
    {"candidates": [{"content": {"role": "model", "parts": %s}, "finishReason": "%s"}],
     "usageMetadata": {"promptTokenCount": 100, "cachedContentTokenCount": 60,
                       "candidatesTokenCount": 20, "thoughtsTokenCount": 7,
                       "totalTokenCount": 127},
     "modelVersion": "gemini-test-001"}
    """
        .formatted(parts, finishReason);
  }

  private static String text(String text) {
    return content("[{\"text\": \"" + text + "\"}]", "STOP");
  }

  @Test
  void systemEffortAndFilesGoAlong() throws Exception {
    server.answer(LoopbackServer.json(text("three")));
    provider.reply(Calls.withOptions(Calls.options("be brief", Effort.MAX), call()));
    JsonNode sent = server.sent(0);
    assertThat(sent.at("/systemInstruction/parts/0/text").stringValue()).isEqualTo("be brief");
    assertThat(sent.at("/generationConfig/thinkingConfig/thinkingLevel").stringValue())
        .isEqualTo("high");
    JsonNode parts = sent.at("/contents/0/parts");
    assertThat(parts.at("/0/inlineData/mimeType").stringValue()).isEqualTo("image/png");
    assertThat(parts.at("/1/inlineData/data").stringValue()).isEqualTo("BAUG");
    assertThat(parts.at("/2/text").stringValue()).isEqualTo("how many?");
  }

  @Test
  void anOlderModelThinksForSoManyTokens() throws Exception {
    server.answer(LoopbackServer.json(text("three")));
    AgentCall call = Calls.withModel("models/gemini-2.5-pro", call());
    provider.reply(Calls.withOptions(Calls.options("s", Effort.LOW), call));
    assertThat(server.sent(0).at("/generationConfig/thinkingConfig/thinkingBudget").intValue())
        .isEqualTo(1024);
  }

  @Test
  void aTextIsAskedForAndAnswered() throws Exception {
    AgentReply reply = provider.replyTo(text("three"));
    assertThat(reply.text()).isEqualTo("three");
    assertThat(reply.model()).isEqualTo("gemini-test-001");
    assertThat(reply.costUsd()).isNull();
    LoopbackServer.Request request = server.requests().get(0);
    String model = new GeminiAdapterFactory().defaultModel().orElseThrow();
    assertThat(request.path()).isEqualTo("/v1beta/models/" + model + ":generateContent");
    assertThat(request.headers()).containsEntry("x-goog-api-key", "key-of-GEMINI_API_KEY");
    assertThat(request.body())
        .isEqualTo("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"how many?\"}]}]}");
  }

  @Test
  void whatWasSaidBeforeGoesAlongAsMessages() throws Exception {
    server.answer(LoopbackServer.json(text("three")));
    Conversation.Turn one = new Conversation.Turn("one", "1");
    Conversation.Turn two = new Conversation.Turn("two \ud800", "2");
    provider.reply(call().in(new Conversation(List.of(one, two), null)));

    assertThat(server.sent(0).path("contents").toString())
        .isEqualTo(
            """
            [{"role":"user","parts":[{"text":"one"}]},{"role":"model","parts":[{"text":"1"}]},\
            {"role":"user","parts":[{"text":"two \ufffd"}]},{"role":"model","parts":[{"text":"2"}]},\
            {"role":"user","parts":[{"text":"how many?"}]}]\
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "https://g.example, https://g.example/v1beta",
    "https://g.example:8443, https://g.example:8443/v1beta",
    "https://g.example/v1beta, https://g.example/v1beta",
    "https://g.example/v1, https://g.example/v1",
    "https://g.example/v1alpha, https://g.example/v1alpha",
    "https://g.example/v1beta1, https://g.example/v1beta1",
    "https://g.example/gateway, https://g.example/gateway/v1beta",
    "https://g.example/gateway/v1beta, https://g.example/gateway/v1beta",
    "https://g.example/v1/account/google, https://g.example/v1/account/google/v1beta",
    "https://g.example/v2gateway, https://g.example/v2gateway/v1beta",
    "https://g.example/v1/publishers/google, https://g.example/v1/publishers/google"
  })
  void theVersionIsAddedToAnAddressWithoutOne(String configured, String root) {
    assertThat(new GenerateContent().root(configured)).isEqualTo(root);
  }

  @Test
  void theKeyMayHaveGooglesOtherName() throws Exception {
    try (ScriptedProvider other =
        ScriptedProvider.start(new GeminiAdapterFactory(), "GOOGLE_API_KEY", Map.of())) {
      other.replyTo(text("three"));
      assertThat(other.server().requests().get(0).headers())
          .containsEntry("x-goog-api-key", "key-of-GOOGLE_API_KEY");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-x, /v1beta/models/gemini-x:generateContent",
    "models/gemini-x, /v1beta/models/gemini-x:generateContent",
    "../../v1/files?x=#, /v1beta/models/..%2F..%2Fv1%2Ffiles%3Fx%3D%23:generateContent",
    "a b, /v1beta/models/a%20b:generateContent"
  })
  void aModelsNameStaysAModelsName(String model, String path) throws Exception {
    server.answer(LoopbackServer.json(text("three")));
    provider.reply(Calls.withModel(model, call()));
    assertThat(server.requests().get(0).path()).isEqualTo(path);
  }

  @Test
  void usageCountsThoughtsAsOutputAndCachedTokensApart() throws Exception {
    assertThat(provider.replyTo(text("three")).usage()).isEqualTo(new Usage(100L, 27L, 60L, null));
  }

  @Test
  void thoughtsAreNotPartOfTheAnswer() throws Exception {
    String parts =
        "[{\"text\": \"hmm\", \"thought\": true}, {\"text\": \"th\"}, {\"text\": \"ree\"}]";
    assertThat(provider.replyTo(content(parts, "STOP")).text()).isEqualTo("three");
  }

  @Test
  void aSchemaIsSentAsTheResponsesOwn() throws Exception {
    server.answer(LoopbackServer.json(text("{}")));
    assertThat(provider.reply(call(SCHEMA)).text()).isEqualTo("{}");
    JsonNode config = server.sent(0).path("generationConfig");
    assertThat(config.path("responseMimeType").stringValue()).isEqualTo("application/json");
    assertThat(config.path("responseJsonSchema").toString()).isEqualTo(SCHEMA);
    assertThat(server.sent(0).at("/contents/0/parts/0/text").stringValue()).isEqualTo("how many?");
  }

  @Test
  void aRefusedSchemaIsAskedForInJsonModeAndThenInWords() throws Exception {
    server.answer(REFUSES_SCHEMA, REFUSES_SCHEMA, LoopbackServer.json(text("{}")));
    assertThat(provider.reply(call(SCHEMA)).text()).isEqualTo("{}");
    assertThat(server.sent(1).at("/generationConfig/responseMimeType").stringValue())
        .isEqualTo("application/json");
    assertThat(server.sent(1).at("/generationConfig/responseJsonSchema").isMissingNode()).isTrue();
    assertThat(server.sent(2).has("generationConfig")).isFalse();
    assertThat(server.sent(2).at("/contents/0/parts/0/text").stringValue()).contains("integer");
  }

  @Test
  void aWrongKeyIsNotMistakenForARefusedSchema() throws Exception {
    server.answer(
        LoopbackServer.status(
            400,
            """
            {"error": {"code": 400, "message": "API key not valid", "status": "INVALID_ARGUMENT",
              "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]}}
            """));
    assertThat(provider.failure(call(SCHEMA)).kind()).isEqualTo(Kind.PERMANENT);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aMutatingCallIsSentOnceWhateverItsSchema() throws Exception {
    server.answer(REFUSES_SCHEMA);
    provider.failure(Calls.mutating(call(SCHEMA)));
    assertThat(server.requests()).hasSize(1);
    assertThat(server.sent(0).has("generationConfig")).isFalse();
  }

  @Test
  void aTruncatedAnswerIsNotPassedOffAsAWholeOne() throws Exception {
    AdapterException failure =
        provider.failureOf(content("[{\"text\": \"half an ans\"}]", "MAX_TOKENS"));
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("cut off").hasMessageContaining("max_tokens");
    assertThat(failure.usage()).isEqualTo(new Usage(100L, 27L, 60L, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"})
  void anAnswerThatAFilterStoppedIsARefusal(String reason) throws Exception {
    AdapterException failure = provider.failureOf(content("[]", reason));
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure).hasMessageContaining("refused").hasMessageContaining(reason);
  }

  @Test
  void aBlockedPromptIsARefusal() throws Exception {
    AdapterException failure =
        provider.failureOf(
            "{\"promptFeedback\": {\"blockReason\": \"OTHER\"}, \"usageMetadata\":"
                + " {\"promptTokenCount\": 9}}");
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure).hasMessageContaining("OTHER");
    assertThat(failure.usage().inputTokens()).isEqualTo(9);
  }

  @Test
  void anAnswerWithoutCandidatesMayBeTriedAgain() throws Exception {
    AdapterException failure = provider.failureOf("{\"candidates\": []}");
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("no candidates");
  }

  @Test
  void anAnswerThatWentWrongMayBeTriedAgain() throws Exception {
    AdapterException failure = provider.failureOf(content("[]", "MALFORMED_RESPONSE"));
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("MALFORMED_RESPONSE");
  }

  @Test
  void googlesRetryDelayIsPassedOn() throws Exception {
    server.answer(
        LoopbackServer.status(
            429,
            """
            [{"error": {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED",
              "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "31s"}]}}]
            """));
    AdapterException failure = provider.failure(call());
    assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(31));
  }

  @Test
  void theLimitOfTokensIsTheUsers() throws Exception {
    try (ScriptedProvider other =
        ScriptedProvider.start(
            new GeminiAdapterFactory(), "GEMINI_API_KEY", Map.of("max_tokens", "77"))) {
      other.replyTo(text("three"));
      assertThat(other.server().sent(0).at("/generationConfig/maxOutputTokens").intValue())
          .isEqualTo(77);
    }
  }
}
