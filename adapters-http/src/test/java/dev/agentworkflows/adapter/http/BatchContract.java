package dev.agentworkflows.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentworkflows.adapter.http.LoopbackServer.Answer;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.BatchItem;
import dev.agentworkflows.spi.BatchResult;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.testkit.TestContext;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What batches promise whatever the provider: above all, whether one may have been made. */
@Timeout(120)
public abstract class BatchContract {

  protected static final String KEY = "sk-batch/0123456789+abc=";
  protected static final String REFERENCE = "batch_20261122_143201_4f9c1a";

  protected static final List<BatchItem> ITEMS =
      List.of(
          new BatchItem("one", "how many?", "m-1", null, null),
          new BatchItem("two", "how much?", "m-1", "Be brief.", 77));

  private LoopbackServer server;
  private Adapter adapter;

  protected abstract AdapterFactory factory();

  protected abstract String secretName();

  /** The answers to what is sent before the request that makes the batch. */
  protected abstract List<Answer> beforeCreation();

  /** The answers to what is asked before the results themselves. */
  protected abstract List<Answer> beforeResults();

  /** The provider's batch with this id, in progress. */
  protected abstract String batch(String id);

  /** A line of the results. */
  protected abstract String answered(String customId, String text);

  /** A line of the results, for a question that failed. */
  protected abstract String failed(String customId, String message);

  @BeforeEach
  void start() throws Exception {
    server = LoopbackServer.start();
    adapter = adapter(server.url());
  }

  private Adapter adapter(String url) throws AdapterException {
    return factory()
        .create(
            TestContext.empty()
                .withSettings(Map.of("base_url", url))
                .withSecret(secretName(), KEY));
  }

  @AfterEach
  void stop() {
    adapter.close();
    server.close();
  }

  protected LoopbackServer server() {
    return server;
  }

  protected BatchApi api() {
    return adapter.batches().orElseThrow();
  }

  protected void answer(List<Answer> first, Answer... then) {
    List<Answer> answers = new ArrayList<>(first);
    answers.addAll(List.of(then));
    server.answer(answers.toArray(Answer[]::new));
  }

  protected List<BatchResult> results(String... lines) throws Exception {
    answer(beforeResults(), LoopbackServer.json(String.join("\n", lines) + "\n"));
    List<BatchResult> results = new ArrayList<>();
    api().results("b-1", results::add);
    return results;
  }

  private AdapterException submitting(Answer creation) {
    answer(beforeCreation(), creation);
    return failure(() -> api().submit(REFERENCE, ITEMS));
  }

  private AdapterException reading(Answer file) {
    answer(beforeResults(), file);
    return failure(() -> api().results("b-1", result -> {}));
  }

  private static AdapterException failure(ThrowingCallable what) {
    return catchThrowableOfType(AdapterException.class, what);
  }

  private void assertSentOnce() {
    assertThat(server.requests()).hasSize(beforeCreation().size() + 1);
  }

  @Test
  void theFactoryPromisesWhatTheAdapterHas() {
    assertThat(factory().capabilities()).contains(Capability.BATCHES);
    assertThat(adapter.batches()).isPresent();
  }

  @Test
  void aBatchIsSubmittedWithTheKeyAndAKnownLength() throws Exception {
    answer(beforeCreation(), LoopbackServer.json(batch("b-1")));

    assertThat(api().submit(REFERENCE, ITEMS)).isEqualTo("b-1");

    assertSentOnce();
    assertThat(server.requests())
        .allSatisfy(request -> {
          assertThat(request.method()).isEqualTo("POST");
          assertThat(request.headers().values()).anyMatch(value -> value.contains(KEY));
          assertThat(request.headers()).containsKey("content-length");
          assertThat(request.body()).doesNotContain(KEY);
        });
  }

  @Test
  void aConnectionLostAfterSendingMayHaveMadeABatch() {
    assertThat(submitting(LoopbackServer.dropped()).kind()).isEqualTo(Kind.TRANSIENT);
    assertSentOnce();
  }

  @Test
  void anAnswerThatBrokeOffMayHaveMadeABatch() {
    assertThat(submitting(LoopbackServer.cutOff("{\"id\":")).kind()).isEqualTo(Kind.TRANSIENT);
    assertSentOnce();
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html><title>Welcome</title></html>", "{}", "[1]", "{\"id\":"})
  void anAnswerWithoutAnIdMayHaveMadeABatch(String answer) {
    assertThat(submitting(LoopbackServer.json(answer)).kind()).isEqualTo(Kind.TRANSIENT);
    assertSentOnce();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 529, 408, 409})
  void aServersTroubleMayHaveMadeABatch(int status) {
    AdapterException failure = submitting(LoopbackServer.status(status, "{\"error\":\"oh\"}"));
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertSentOnce();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 413, 422})
  void aRefusalMadeNoBatch(int status) {
    AdapterException failure =
        submitting(LoopbackServer.status(status, "{\"error\":{\"message\":\"not like this\"}}"));
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("not like this");
    assertSentOnce();
  }

  @Test
  void aRateLimitMadeNoBatchAndSaysHowLongToWait() {
    AdapterException failure =
        submitting(LoopbackServer.status(429, "{\"error\":{}}", "retry-after", "7"));
    assertThat(failure.kind()).isEqualTo(Kind.NOT_SENT);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertSentOnce();
  }

  @Test
  void aRefusedConnectionMadeNoBatch() throws Exception {
    Adapter nowhere = adapter("http://127.0.0.1:1");
    assertThat(failure(() -> nowhere.batches().orElseThrow().submit(REFERENCE, ITEMS)).kind())
        .isEqualTo(Kind.NOT_SENT);
  }

  @Test
  void resultsAreHandedOnWhileTheyArrive() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    answer(
        beforeResults(),
        (exchange, request) -> {
          exchange.sendResponseHeaders(200, 0);
          write(exchange, answered("one", "A") + "\n");
          if (!first.await(30, TimeUnit.SECONDS)) {
            throw new IOException("the first line was kept back");
          }
          write(exchange, "\r\n\n" + answered("two", "B"));
        });
    List<BatchResult> results = new ArrayList<>();

    api()
        .results(
            "b-1",
            result -> {
              results.add(result);
              first.countDown();
            });

    assertThat(results).extracting(BatchResult::customId).containsExactly("one", "two");
  }

  private static void write(com.sun.net.httpserver.HttpExchange exchange, String text)
      throws IOException {
    exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  @Test
  void manyResultsAreReadInPieces() throws Exception {
    String[] lines =
        IntStream.range(0, 5000)
            .mapToObj(i -> answered("id-" + i, "text " + "ä".repeat(i % 97)))
            .toArray(String[]::new);
    List<BatchResult> results = results(lines);
    assertThat(results).hasSize(5000);
    assertThat(((BatchResult.Answered) results.get(4999)).reply().text())
        .isEqualTo("text " + "ä".repeat(4999 % 97));
  }

  @Test
  void resultsThatBrokeOffMayBeAskedForAgain() {
    AdapterException failure =
        reading(LoopbackServer.cutOff(answered("one", "A") + "\n{\"custom_id\":\"tw"));
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
  }

  @Test
  void halfALineIsNotTakenForAResult() {
    String half = answered("two", "a secret answer").substring(0, 30);
    AdapterException failure = reading(LoopbackServer.json(answered("one", "A") + "\n" + half));
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("no JSON object").hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "\"x\"", "7", "null", "<html>"})
  void aLineThatIsNoObjectIsNotTakenForAResult(String line) {
    assertThat(reading(LoopbackServer.json(answered("one", "A") + "\n" + line)).kind())
        .isEqualTo(Kind.TRANSIENT);
  }

  @Test
  void aLineWithoutAnEndIsGivenUp() {
    AdapterException failure = reading(LoopbackServer.endless(200));
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("a line is longer than");
  }

  @Test
  void aSinkThatWantsNoMoreEndsTheReading() throws Exception {
    AdapterException enough = new AdapterException(Kind.PERMANENT, "enough");
    answer(
        beforeResults(), LoopbackServer.json(answered("one", "A") + "\n" + answered("two", "B")));
    List<BatchResult> results = new ArrayList<>();

    AdapterException failure =
        failure(() ->
            api()
                .results(
                    "b-1",
                    result -> {
                      results.add(result);
                      throw enough;
                    }));

    assertThat(failure).isSameAs(enough);
    assertThat(results).hasSize(1);
  }

  @Test
  void aKeyThatAResultRepeatsIsTakenOut() throws Exception {
    BatchResult.Unanswered result =
        (BatchResult.Unanswered) results(failed("one", "no access with " + KEY)).get(0);
    assertThat(result.error()).contains("no access with [redacted:").doesNotContain(KEY);
  }

  @Test
  void aKeyThatARefusalRepeatsIsTakenOut() {
    AdapterException failure =
        submitting(LoopbackServer.status(401, "{\"error\":{\"message\":\"wrong: " + KEY + "\"}}"));
    assertThat(failure).hasMessageContaining("[redacted:").hasMessageNotContaining(KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ".", ".."})
  void anIdThatIsNoneIsNotAskedFor(String id) {
    assertThat(failure(() -> api().state(id)).kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure(() -> api().results(id, result -> {})).kind()).isEqualTo(Kind.PERMANENT);
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../files",
        "a/b",
        "x?y=z",
        "a#b",
        "a%2Fb",
        "gs://bucket/out.jsonl",
        "YmF0Y2g=",
        "ä é+*~",
        "LONG"
      })
  void anIdIsOnePartOfThePathWhateverIsInIt(String name) {
    String id = name.equals("LONG") ? "b".repeat(3_000) : name;
    answer(List.of(), LoopbackServer.status(404, "{}"));

    assertThat(failure(() -> api().state(id)).kind()).isEqualTo(Kind.PERMANENT);
    String path = server.requests().get(0).path();
    String last = path.substring(path.lastIndexOf('/') + 1);
    assertThat(path).endsWith("/batches/" + last);
    assertThat(URI.create(server.url() + path)).hasNoQuery().hasNoFragment();
    assertThat(URLDecoder.decode(last.replace("+", "%2B"), StandardCharsets.UTF_8)).isEqualTo(id);
  }

  @Test
  void lookingForABatchFailsAsEveryQuestionDoes() {
    answer(List.of(), LoopbackServer.status(500, "{\"error\":\"oh\"}"));
    assertThat(failure(() -> api().find(REFERENCE, Instant.EPOCH, 2)).kind())
        .isEqualTo(Kind.TRANSIENT);
  }

  @Test
  void batchesCostHalf() {
    assertThat(api().priceFactor()).isEqualByComparingTo("0.5");
  }
}
