package dev.agentworkflows.adapter.anthropic;

import static dev.agentworkflows.adapter.http.ScriptedProvider.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.adapter.http.Calls;
import dev.agentworkflows.adapter.http.LoopbackServer;
import dev.agentworkflows.adapter.http.LoopbackServer.Answer;
import dev.agentworkflows.adapter.http.ScriptedProvider;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.spi.Effort;
import dev.agentworkflows.spi.Usage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MessagesTest {

  private static final String STRICT =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}";
  private static final String LOOSE =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"oneOf\":[true]}}}";
  private static final String LIST = "{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}";
  private static final String RECURSIVE =
      "{\"$ref\":\"#/$defs/t\",\"$defs\":{\"t\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/t\"}}}}";

  private static final Answer REFUSES_FORCED_TOOLS =
      LoopbackServer.status(
          400,
          """
          {"type": "error", "error": {"type": "invalid_request_error",
           "message": "tool_choice: forced tool use is not supported by this model"}}
          """);

  private ScriptedProvider provider;
  private LoopbackServer server;

  @BeforeEach
  void start() throws Exception {
    provider = ScriptedProvider.start(new AnthropicAdapterFactory(), "ANTHROPIC_API_KEY", Map.of());
    server = provider.server();
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  private static String message(String content, String stopReason) {
    return """
    {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-test-20261101",
     "content": %s, "stop_reason": "%s",
     "usage": {"input_tokens": 10, "cache_creation_input_tokens": 200,
               "cache_read_input_tokens": 3000, "output_tokens": 40}}
    """
        .formatted(content, stopReason);
  }

  private static String text(String text) {
    return message("[{\"type\": \"text\", \"text\": \"" + text + "\"}]", "end_turn");
  }

  private static String toolUse(String input) {
    return message(
        "[{\"type\": \"tool_use\", \"id\": \"t1\", \"name\": \"answer\", \"input\": "
            + input
            + "}]",
        "tool_use");
  }

  @Test
  void systemEffortAndFilesGoAlong() throws Exception {
    server.answer(LoopbackServer.json(text("three")));
    provider.reply(Calls.withOptions(Calls.options("be brief", Effort.XHIGH), call()));
    JsonNode sent = server.sent(0);
    assertThat(sent.path("system").stringValue()).isEqualTo("be brief");
    assertThat(sent.at("/output_config/effort").stringValue()).isEqualTo("xhigh");
    JsonNode content = sent.at("/messages/0/content");
    assertThat(content.at("/0/type").stringValue()).isEqualTo("image");
    assertThat(content.at("/0/source/media_type").stringValue()).isEqualTo("image/png");
    assertThat(content.at("/0/source/data").stringValue()).isEqualTo("AQID");
    assertThat(content.at("/1/type").stringValue()).isEqualTo("document");
    assertThat(content.at("/1/title").stringValue()).isEqualTo("b.pdf");
    assertThat(content.at("/2/text").stringValue()).isEqualTo("how many?");
  }

  @Test
  void aTextIsAskedForAndAnswered() throws Exception {
    AgentReply reply = provider.replyTo(text("three"));
    assertThat(reply.text()).isEqualTo("three");
    assertThat(reply.model()).isEqualTo("claude-test-20261101");
    assertThat(reply.costUsd()).isNull();
    LoopbackServer.Request request = server.requests().get(0);
    assertThat(request.path()).isEqualTo("/v1/messages");
    assertThat(request.headers())
        .containsEntry("x-api-key", "key-of-ANTHROPIC_API_KEY")
        .containsEntry("anthropic-version", "2023-06-01")
        .doesNotContainKey("authorization");
    assertThat(server.sent(0).path("max_tokens").intValue()).isEqualTo(20_000);
    assertThat(server.sent(0).at("/messages/0/content").stringValue()).isEqualTo("how many?");
    assertThat(server.sent(0).path("model").stringValue())
        .isEqualTo(new AnthropicAdapterFactory().defaultModel().orElseThrow());
  }

  @Test
  void whatWasSaidBeforeGoesAlongAsMessages() throws Exception {
    server.answer(LoopbackServer.json(text("three")));
    Conversation.Turn one = new Conversation.Turn("one", "1");
    Conversation.Turn two = new Conversation.Turn("two \ud800", "2");
    provider.reply(call().in(new Conversation(List.of(one, two), null)));

    assertThat(server.sent(0).path("messages").toString())
        .isEqualTo(
            """
            [{"role":"user","content":"one"},{"role":"assistant","content":"1"},\
            {"role":"user","content":"two \ufffd"},{"role":"assistant","content":[\
            {"type":"text","text":"2","cache_control":{"type":"ephemeral"}}]},\
            {"role":"user","content":"how many?"}]\
            """);
  }

  @Test
  void usageCountsWhatCameFromTheCacheAndWentIntoItAsInput() throws Exception {
    assertThat(provider.replyTo(text("three")).usage())
        .isEqualTo(new Usage(3210L, 40L, 3000L, 200L));
  }

  @Test
  void thoughtsAreNotPartOfTheAnswer() throws Exception {
    String content =
        "[{\"type\": \"thinking\", \"thinking\": \"hmm\"}, {\"type\": \"text\", \"text\": \"th\"}, {\"type\": \"text\", \"text\": \"ree\"}]";
    assertThat(provider.replyTo(message(content, "end_turn")).text()).isEqualTo("three");
  }

  @Test
  void aSchemaIsTheInputOfAForcedTool() throws Exception {
    server.answer(LoopbackServer.json(toolUse("{\"n\": 3}")));
    assertThat(provider.reply(call(STRICT)).text()).isEqualTo("{\"n\":3}");
    JsonNode sent = server.sent(0);
    assertThat(sent.at("/tool_choice/type").stringValue()).isEqualTo("tool");
    assertThat(sent.at("/tool_choice/name")).isEqualTo(sent.at("/tools/0/name"));
    assertThat(sent.at("/tools/0/input_schema").toString()).isEqualTo(STRICT);
    assertThat(sent.at("/messages/0/content").stringValue()).isEqualTo("how many?");
  }

  @Test
  void aSchemaForSomethingElseThanAnObjectIsWrappedAndUnwrapped() throws Exception {
    server.answer(LoopbackServer.json(toolUse("{\"value\": [1, 2.50]}")));
    assertThat(provider.reply(call(LIST)).text()).isEqualTo("[1,2.50]");
    JsonNode schema = server.sent(0).at("/tools/0/input_schema");
    assertThat(schema.path("type").stringValue()).isEqualTo("object");
    assertThat(schema.at("/properties/value").toString()).isEqualTo(LIST);
  }

  @Test
  void aSchemaWhoseReferencesWouldBreakIsAskedForInWords() throws Exception {
    server.answer(LoopbackServer.json(text("[]")));
    assertThat(provider.reply(call(RECURSIVE)).text()).isEqualTo("[]");
    assertThat(server.sent(0).has("tools")).isFalse();
    assertThat(server.sent(0).at("/messages/0/content").stringValue()).contains("$defs");
  }

  @Test
  void aModelThatAnswersInTextAllTheSameIsRead() throws Exception {
    server.answer(LoopbackServer.json(text("here: 3")));
    assertThat(provider.reply(call(STRICT)).text()).isEqualTo("here: 3");
  }

  @Test
  void aModelThatRefusesForcedToolsGetsTheSchemaAsAFormat() throws Exception {
    server.answer(REFUSES_FORCED_TOOLS, LoopbackServer.json(text("{}")));
    assertThat(provider.reply(call(STRICT)).text()).isEqualTo("{}");
    JsonNode format = server.sent(1).at("/output_config/format");
    assertThat(format.path("type").stringValue()).isEqualTo("json_schema");
    assertThat(format.at("/schema/additionalProperties").booleanValue()).isFalse();
    assertThat(server.sent(1).has("tools")).isFalse();
    provider.reply(call(STRICT));
    assertThat(server.requests()).as("the refusal is remembered").hasSize(3);
    assertThat(server.sent(2).has("tools")).isFalse();
  }

  @Test
  void aModelThatRefusesEveryFormIsAskedInWords() throws Exception {
    server.answer(REFUSES_FORCED_TOOLS, LoopbackServer.json(text("{}")));
    provider.reply(call(LOOSE));
    assertThat(server.sent(1).has("tools")).isFalse();
    assertThat(server.sent(1).has("output_config")).isFalse();
    assertThat(server.sent(1).at("/messages/0/content").stringValue()).contains("oneOf");
  }

  @Test
  void aMutatingCallIsSentOnceWhateverItsSchema() throws Exception {
    server.answer(REFUSES_FORCED_TOOLS);
    provider.failure(Calls.mutating(call(STRICT)));
    assertThat(server.requests()).hasSize(1);
    assertThat(server.sent(0).has("tools")).isFalse();
  }

  @Test
  void aTruncatedAnswerIsNotPassedOffAsAWholeOne() throws Exception {
    server.answer(
        LoopbackServer.json(
            message(
                "[{\"type\": \"tool_use\", \"name\": \"answer\", \"input\": {}}]", "max_tokens")));
    AdapterException failure = provider.failure(call(STRICT));
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure)
        .hasMessageContaining("cut off")
        .hasMessageContaining("20000 tokens")
        .hasMessageContaining("max_tokens");
    assertThat(failure.usage()).isEqualTo(new Usage(3210L, 40L, 3000L, 200L));
  }

  @Test
  void aFullContextIsATruncatedAnswer() throws Exception {
    assertThat(provider.failureOf(message("[]", "model_context_window_exceeded")))
        .hasMessageContaining("cut off");
  }

  @Test
  void aRefusalIsToldAsOneAndBilled() throws Exception {
    AdapterException failure = provider.failureOf(message("[]", "refusal"));
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure).hasMessageContaining("refused");
    assertThat(failure.usage().outputTokens()).isEqualTo(40);
  }

  @Test
  void anAnswerWithoutTextMayBeTriedAgain() throws Exception {
    AdapterException failure = provider.failureOf(message("[]", "end_turn"));
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("no text");
  }

  @Test
  void theLimitOfTokensIsTheUsers() throws Exception {
    try (ScriptedProvider other =
        ScriptedProvider.start(
            new AnthropicAdapterFactory(), "ANTHROPIC_API_KEY", Map.of("max_tokens", "77"))) {
      other.replyTo(text("three"));
      assertThat(other.server().sent(0).path("max_tokens").intValue()).isEqualTo(77);
    }
  }
}
