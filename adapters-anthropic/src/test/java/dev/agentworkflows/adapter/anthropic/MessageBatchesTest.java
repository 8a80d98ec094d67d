package dev.agentworkflows.adapter.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentworkflows.adapter.http.BatchContract;
import dev.agentworkflows.adapter.http.LoopbackServer;
import dev.agentworkflows.adapter.http.LoopbackServer.Answer;
import dev.agentworkflows.adapter.http.LoopbackServer.Request;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.BatchItem;
import dev.agentworkflows.spi.BatchResult.Answered;
import dev.agentworkflows.spi.BatchResult.Reason;
import dev.agentworkflows.spi.BatchResult.Unanswered;
import dev.agentworkflows.spi.BatchState;
import dev.agentworkflows.spi.BatchState.Phase;
import dev.agentworkflows.spi.FoundBatch;
import dev.agentworkflows.spi.Usage;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageBatchesTest extends BatchContract {

  private static final String COUNTS =
      "\"request_counts\":{\"processing\":%d,\"succeeded\":%d,\"errored\":%d,\"canceled\":%d,\"expired\":%d}";

  @Override
  protected AdapterFactory factory() {
    return new AnthropicAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "ANTHROPIC_API_KEY";
  }

  @Override
  protected List<Answer> beforeCreation() {
    return List.of();
  }

  @Override
  protected List<Answer> beforeResults() {
    return List.of();
  }

  @Override
  protected String batch(String id) {
    return "{\"id\":\""
        + id
        + "\",\"type\":\"message_batch\",\"processing_status\":\"in_progress\"}";
  }

  @Override
  protected String answered(String customId, String text) {
    return """
    {"custom_id":"%s","result":{"type":"succeeded","message":{"model":"m-1-x","stop_reason":"end_turn",
    "content":[{"type":"text","text":"%s"}],"usage":{"input_tokens":4,"output_tokens":5,
    "cache_read_input_tokens":16,"cache_creation_input_tokens":0}}}}\
    """
        .formatted(customId, text)
        .replace("\n", "");
  }

  @Override
  protected String failed(String customId, String message) {
    return "{\"custom_id\":\"%s\",\"result\":{\"type\":\"errored\",\"error\":{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"%s\"}}}}"
        .formatted(customId, message);
  }

  @Test
  void allQuestionsAreOneRequest() throws Exception {
    answer(List.of(), LoopbackServer.json(batch("b-1")));
    api().submit(REFERENCE, ITEMS);

    Request request = server().requests().get(0);
    assertThat(request.path()).isEqualTo("/v1/messages/batches");
    assertThat(request.headers()).containsEntry("anthropic-version", "2023-06-01");
    assertThat(request.body())
        .isEqualTo(
            "{\"requests\":[{\"custom_id\":\"one\",\"params\":{\"model\":\"m-1\",\"max_tokens\":20000,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"how many?\"}]}},"
                + "{\"custom_id\":\"two\",\"params\":{\"model\":\"m-1\",\"max_tokens\":77,"
                + "\"system\":\"Be brief.\",\"messages\":[{\"role\":\"user\",\"content\":\"how much?\"}]}}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"with space", "ä", "a/b"})
  void anIdThatAnthropicRefusesIsNamedBeforeAnythingIsSent(String id) {
    AdapterException failure =
        catchThrowableOfType(
            AdapterException.class,
            () -> api().submit(REFERENCE, List.of(new BatchItem(id, "?", null, null, null))));
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("'" + id + "'");
    assertThat(server().requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"in_progress,IN_PROGRESS", "canceling,IN_PROGRESS", "ended,ENDED"})
  void theStatusIsUnderstood(String status, Phase phase) throws Exception {
    answer(
        List.of(),
        LoopbackServer.json(
            "{\"processing_status\":\"%s\",%s,\"archived_at\":null}"
                .formatted(status, COUNTS.formatted(1, 2, 3, 4, 5))));
    assertThat(api().state("b-1")).isEqualTo(new BatchState(phase, 15, 2, 12, null));
    assertThat(server().requests().get(0).path()).isEqualTo("/v1/messages/batches/b-1");
  }

  @Test
  void resultsThatAreGoneAreTold() throws Exception {
    answer(
        List.of(),
        LoopbackServer.json(
            "{\"processing_status\":\"ended\",\"archived_at\":\"2026-12-01T00:00:00Z\"}"));
    assertThat(api().state("b-1").problem()).contains("gone since 2026-12-01");
  }

  @Test
  void anAnswerIsReadAsACallsIs() throws Exception {
    assertThat(results(answered("one", "four")))
        .containsExactly(
            new Answered(
                "one", new AgentReply("four", "m-1-x", new Usage(20L, 5L, 16L, 0L), null)));
    assertThat(server().requests().get(0).path()).isEqualTo("/v1/messages/batches/b-1/results");
  }

  @Test
  void aTruncatedAnswerIsNotPassedOffAsAWholeOne() throws Exception {
    Unanswered result =
        (Unanswered) results(answered("one", "fo").replace("end_turn", "max_tokens")).get(0);
    assertThat(result.error()).contains("cut off");
    assertThat(result.usage().outputTokens()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({"expired,EXPIRED", "canceled,CANCELLED"})
  void aQuestionThatWasNotRunSaysWhy(String type, Reason reason) throws Exception {
    Unanswered result =
        (Unanswered)
            results("{\"custom_id\":\"one\",\"result\":{\"type\":\"" + type + "\"}}").get(0);
    assertThat(result.reason()).isEqualTo(reason);
    assertThat(result.usage()).isEqualTo(Usage.UNKNOWN);
  }

  @Test
  void aFailedQuestionSaysWhyInTheProvidersWords() throws Exception {
    assertThat(results(failed("one", "no such model")))
        .containsExactly(new Unanswered("one", Reason.FAILED, "no such model", Usage.UNKNOWN));
  }

  /** A batch has no mark, so only its size and its age can tell. */
  @Test
  void aBatchOfTheRightSizeAndAgeMayBeTheOne() throws Exception {
    String right = COUNTS.formatted(1, 1, 0, 0, 0);
    String larger = COUNTS.formatted(3, 0, 0, 0, 0);
    answer(
        List.of(
            LoopbackServer.json(
                "{\"data\":[{\"id\":\"big\",\"created_at\":\"2026-11-22T14:33:00Z\",%s}],\"has_more\":true,\"last_id\":\"big\"}"
                    .formatted(larger))),
        LoopbackServer.json(
            "{\"data\":[{\"id\":\"it\",\"created_at\":\"2026-11-22T14:32:01.5Z\",%s},{\"id\":\"old\",\"created_at\":\"2026-11-22T09:00:00+00:00\",%s}],\"has_more\":true,\"last_id\":\"old\"}"
                .formatted(right, right)));
    assertThat(api().find(REFERENCE, Instant.parse("2026-11-22T14:32:00Z"), 2))
        .containsExactly(new FoundBatch("it", Instant.parse("2026-11-22T14:32:01.5Z"), false));
    assertThat(server().requests())
        .extracting(Request::path)
        .containsExactly(
            "/v1/messages/batches?limit=100", "/v1/messages/batches?limit=100&after_id=big");
  }
}
