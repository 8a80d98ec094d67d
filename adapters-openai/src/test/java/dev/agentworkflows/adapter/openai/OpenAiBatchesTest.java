package dev.agentworkflows.adapter.openai;

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
import dev.agentworkflows.spi.BatchResult;
import dev.agentworkflows.spi.BatchResult.Answered;
import dev.agentworkflows.spi.BatchResult.Reason;
import dev.agentworkflows.spi.BatchResult.Unanswered;
import dev.agentworkflows.spi.BatchState;
import dev.agentworkflows.spi.BatchState.Phase;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.spi.FoundBatch;
import dev.agentworkflows.spi.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiBatchesTest extends BatchContract {

  @Override
  protected AdapterFactory factory() {
    return new OpenAiAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "OPENAI_API_KEY";
  }

  @Override
  protected List<Answer> beforeCreation() {
    return List.of(LoopbackServer.json("{\"id\":\"file-in\",\"object\":\"file\"}"));
  }

  @Override
  protected List<Answer> beforeResults() {
    return List.of(
        LoopbackServer.json(
            "{\"id\":\"b-1\",\"status\":\"completed\",\"output_file_id\":\"file-out\"}"));
  }

  @Override
  protected String batch(String id) {
    return "{\"id\":\"" + id + "\",\"status\":\"validating\"}";
  }

  @Override
  protected String answered(String customId, String text) {
    return """
    {"id":"r","custom_id":"%s","response":{"status_code":200,"body":{"model":"m-1-x","choices":[
    {"message":{"content":"%s"},"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":5,
    "prompt_tokens_details":{"cached_tokens":16}}}},"error":null}\
    """
        .formatted(customId, text)
        .replace("\n", "");
  }

  @Override
  protected String failed(String customId, String message) {
    return "{\"custom_id\":\"%s\",\"response\":{\"status_code\":400,\"body\":{\"error\":{\"message\":\"%s\"}}}}"
        .formatted(customId, message);
  }

  private static String notRun(String code) {
    return "{\"custom_id\":\"one\",\"response\":null,\"error\":{\"code\":\"%s\",\"message\":\"why\"}}"
        .formatted(code);
  }

  @Test
  void theQuestionsAreUploadedAsAFileOfCalls() throws Exception {
    answer(beforeCreation(), LoopbackServer.json(batch("b-1")));
    api().submit(REFERENCE, ITEMS);

    Request upload = server().requests().get(0);
    assertThat(upload.path()).isEqualTo("/files");
    String type = upload.headers().getOrDefault("content-type", "");
    assertThat(type).startsWith("multipart/form-data; boundary=");
    String boundary = type.substring(type.indexOf('=') + 1);
    String[] parts = upload.body().split(Pattern.quote("--" + boundary));
    assertThat(parts).hasSize(4);
    assertThat(parts[1])
        .isEqualToIgnoringNewLines("content-disposition: form-data; name=\"purpose\"batch");
    assertThat(parts[2]).contains("name=\"file\"; filename=\"" + REFERENCE + ".jsonl\"");
    assertThat(parts[2].substring(parts[2].indexOf("\r\n\r\n") + 4))
        .isEqualTo(
            """
            {"custom_id":"one","method":"POST","url":"/v1/chat/completions","body":{"model":"m-1","messages":[{"role":"user","content":"how many?"}]}}
            {"custom_id":"two","method":"POST","url":"/v1/chat/completions","body":{"model":"m-1","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"how much?"}],"max_tokens":77}}
            """
                + "\r\n");
    assertThat(parts[3]).isEqualTo("--\r\n");
  }

  @Test
  void theBatchCarriesItsReference() throws Exception {
    answer(beforeCreation(), LoopbackServer.json(batch("b-1")));
    api().submit(REFERENCE, ITEMS);

    assertThat(server().requests().get(1).path()).isEqualTo("/batches");
    assertThat(server().requests().get(1).body())
        .isEqualTo(
            "{\"input_file_id\":\"file-in\",\"endpoint\":\"/v1/chat/completions\","
                + "\"completion_window\":\"24h\",\"metadata\":{\"owf_batch\":\""
                + REFERENCE
                + "\"}}");
  }

  @ParameterizedTest
  @CsvSource({"500,NOT_SENT", "429,NOT_SENT", "400,PERMANENT"})
  void aFailedUploadMadeNoBatch(int status, Kind kind) {
    answer(List.of(), LoopbackServer.status(status, "{\"error\":{\"message\":\"no\"}}"));
    AdapterException failure =
        catchThrowableOfType(AdapterException.class, () -> api().submit(REFERENCE, ITEMS));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(server().requests()).hasSize(1);
  }

  @Test
  void anUploadWhoseAnswerIsLostMadeNoBatch() {
    answer(List.of(), LoopbackServer.dropped());
    AdapterException failure =
        catchThrowableOfType(AdapterException.class, () -> api().submit(REFERENCE, ITEMS));
    assertThat(failure.kind()).isEqualTo(Kind.NOT_SENT);
  }

  @ParameterizedTest
  @CsvSource({
    "validating,IN_PROGRESS",
    "in_progress,IN_PROGRESS",
    "finalizing,IN_PROGRESS",
    "cancelling,IN_PROGRESS",
    "something_new,IN_PROGRESS",
    "completed,ENDED",
    "failed,FAILED",
    "expired,EXPIRED",
    "cancelled,CANCELLED"
  })
  void theStatusIsUnderstood(String status, Phase phase) throws Exception {
    answer(
        List.of(),
        LoopbackServer.json(
            "{\"status\":\"%s\",\"request_counts\":{\"total\":9,\"completed\":6,\"failed\":2}}"
                .formatted(status)));
    assertThat(api().state("b-1")).isEqualTo(new BatchState(phase, 9, 6, 2, null));
    assertThat(server().requests().get(0).path()).isEqualTo("/batches/b-1");
  }

  @Test
  void whatIsWrongWithTheInputIsToldInShort() throws Exception {
    answer(
        List.of(),
        LoopbackServer.json(
            """
            {"status":"failed","errors":{"data":[{"message":"no such model","line":3},{"message":"%s"},
            {"message":"c"},{"message":"d"},{"message":"e"}]}}
            """
                .formatted("x" + KEY)));
    assertThat(api().state("b-1").problem())
        .isEqualTo("line 3: no such model; x[redacted:OPENAI_API_KEY]; c; and 2 more");
  }

  @Test
  void anAnswerIsReadAsACallsIs() throws Exception {
    assertThat(results(answered("one", "four")))
        .containsExactly(
            new Answered(
                "one", new AgentReply("four", "m-1-x", new Usage(20L, 5L, 16L, null), null)));
    assertThat(server().requests().get(1).path()).isEqualTo("/files/file-out/content");
  }

  @Test
  void aTruncatedAnswerIsNotPassedOffAsAWholeOne() throws Exception {
    Unanswered result =
        (Unanswered) results(answered("one", "fo").replace("\"stop\"", "\"length\"")).get(0);
    assertThat(result.error()).contains("cut off");
    assertThat(result.usage().outputTokens()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({"batch_expired,EXPIRED", "batch_cancelled,CANCELLED", "other,FAILED"})
  void aQuestionThatWasNotRunSaysWhy(String code, Reason reason) throws Exception {
    assertThat(results(notRun(code)))
        .containsExactly(new Unanswered("one", reason, "why", Usage.UNKNOWN));
  }

  @Test
  void bothFilesAreRead() throws Exception {
    answer(
        List.of(
            LoopbackServer.json(
                "{\"status\":\"expired\",\"output_file_id\":\"o\",\"error_file_id\":\"e\"}")),
        LoopbackServer.json(answered("one", "A")),
        LoopbackServer.json(failed("two", "no")));
    List<BatchResult> results = new ArrayList<>();
    api().results("b-1", results::add);
    assertThat(results).extracting(BatchResult::customId).containsExactly("one", "two");
    assertThat(server().requests())
        .extracting(Request::path)
        .containsExactly("/batches/b-1", "/files/o/content", "/files/e/content");
  }

  @Test
  void aBatchWithoutFilesHasNoResults() throws Exception {
    answer(List.of(), LoopbackServer.json("{\"status\":\"failed\",\"output_file_id\":null}"));
    List<BatchResult> results = new ArrayList<>();
    api().results("b-1", results::add);
    assertThat(results).isEmpty();
  }

  @Test
  void aBatchIsFoundByItsReferenceOnALaterPage() throws Exception {
    answer(
        List.of(
            LoopbackServer.json(
                "{\"data\":[{\"id\":\"x\",\"created_at\":2000,\"metadata\":{\"owf_batch\":\"else\"}},"
                    + "{\"id\":\"y\",\"created_at\":1990}],\"has_more\":true,\"last_id\":\"y\"}")),
        LoopbackServer.json(
            "{\"data\":[{\"id\":\"b-7\",\"created_at\":1980,\"metadata\":{\"owf_batch\":\""
                + REFERENCE
                + "\"}}],\"has_more\":false,\"last_id\":\"b-7\"}"));
    assertThat(api().find(REFERENCE, Instant.ofEpochSecond(1970), 2))
        .containsExactly(new FoundBatch("b-7", Instant.ofEpochSecond(1980), true));
    assertThat(server().requests())
        .extracting(Request::path)
        .containsExactly("/batches?limit=100", "/batches?limit=100&after=y");
  }

  @Test
  void pagesFromBeforeTheSubmissionAreNotLookedAt() throws Exception {
    answer(
        List.of(),
        LoopbackServer.json(
            "{\"data\":[{\"id\":\"x\",\"created_at\":1000}],\"has_more\":true,\"last_id\":\"x\"}"));
    assertThat(api().find(REFERENCE, Instant.ofEpochSecond(5000), 2)).isEmpty();
    assertThat(server().requests()).hasSize(1);
  }

  @Test
  void routersAndDeepSeekTakeNoBatches() {
    assertThat(new OpenRouterAdapterFactory().capabilities()).doesNotContain(Capability.BATCHES);
    assertThat(new DeepSeekAdapterFactory().capabilities()).doesNotContain(Capability.BATCHES);
  }
}
