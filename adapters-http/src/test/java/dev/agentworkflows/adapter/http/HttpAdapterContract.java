package dev.agentworkflows.adapter.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.agentworkflows.adapter.http.LoopbackServer.Answer;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.UsageWindow;
import dev.agentworkflows.testkit.AdapterContract;
import dev.agentworkflows.testkit.Backend;
import dev.agentworkflows.testkit.Behaviour;
import dev.agentworkflows.testkit.RunningCall;
import dev.agentworkflows.testkit.TestCallContext;
import dev.agentworkflows.testkit.TestCalls;
import dev.agentworkflows.testkit.TestContext;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What every adapter that speaks HTTP must do, whatever its dialect. */
public abstract class HttpAdapterContract extends AdapterContract {

  protected static final String KEY = "sk-http-9/4+c0ffee=7d21";
  protected static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir protected Path directory;

  /** A whole answer as the provider sends it, with this text. */
  protected abstract String answer(String text);

  /** The prompt that a request asks. */
  protected abstract String prompt(JsonNode request);

  @Override
  protected Backend startBackend(Path unused) throws Exception {
    return new HttpBackend(LoopbackServer.start());
  }

  private final class HttpBackend implements Backend {
    private final LoopbackServer server;

    HttpBackend(LoopbackServer server) {
      this.server = server;
    }

    @Override
    public Map<String, String> settings() {
      return Map.of("base_url", server.url());
    }

    @Override
    public void behave(Behaviour behaviour) {
      server.answer(
          switch (behaviour) {
            case ANSWERS -> echo();
            case FAILS_FOR_NOW -> LoopbackServer.status(503, error("come back later"));
            case FAILS_FOR_GOOD -> LoopbackServer.status(400, error("no such thing"));
            case FAILS_REPEATING_THE_SECRET ->
                (exchange, request) ->
                    LoopbackServer.status(401, error("bad key: " + request.headers()))
                        .give(exchange, request);
            case NEVER_ANSWERS -> LoopbackServer.never();
          });
    }

    private Answer echo() {
      return (exchange, request) ->
          LoopbackServer.json(answer(Backend.ANSWER + prompt(request.json())))
              .give(exchange, request);
    }

    @Override
    public void awaitRequest(Duration atMost) throws InterruptedException, TimeoutException {
      server.awaitRequest(atMost);
    }

    @Override
    public void close() {
      server.close();
    }
  }

  protected static String error(String message) {
    ObjectNode body = Json.object();
    body.putObject("error").put("message", message);
    return Json.write(body);
  }

  protected final TestContext context(String baseUrl) {
    return TestContext.empty()
        .withSettings(Map.of("base_url", baseUrl))
        .withSecret(secretName(), KEY);
  }

  protected final AgentCall call(String prompt) {
    return TestCalls.reading(directory, prompt);
  }

  protected final AgentReply reply(LoopbackServer server, AgentCall call) throws Exception {
    try (Adapter adapter = factory().create(context(server.url()))) {
      return RunningCall.start(adapter, call).reply(PATIENCE);
    }
  }

  protected final AdapterException failure(String baseUrl, AgentCall call) throws Exception {
    try (Adapter adapter = factory().create(context(baseUrl))) {
      return RunningCall.start(adapter, call).adapterException(PATIENCE);
    }
  }

  /** How a call fails that is answered like this. */
  protected final AdapterException failure(Answer... answers) throws Exception {
    try (LoopbackServer server = LoopbackServer.start(answers)) {
      AdapterException failure = failure(server.url(), call("hello"));
      assertThat(server.requests()).as("sent once, retried by nobody").hasSize(1);
      return failure;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 413, 422})
  void aRefusedRequestFailsForGoodWithTheProvidersOwnWords(int status) throws Exception {
    AdapterException failure = failure(LoopbackServer.status(status, error("this one's reason")));
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure)
        .hasMessageContaining("status " + status)
        .hasMessageContaining("this one's reason");
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 500, 502, 503, 504, 529})
  void aPassingFailureMayBeTriedAgain(int status) throws Exception {
    AdapterException failure = failure(LoopbackServer.status(status, error("for now")));
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("for now");
  }

  @Test
  void anAnswerThatUsesUpALimitSaysSo() throws Exception {
    LoopbackServer.Answer answer =
        LoopbackServer.status(
            200,
            answer("hi"),
            "x-ratelimit-remaining-requests",
            "0",
            "x-ratelimit-reset-requests",
            "1.5s");
    assertThat(limitsAfter(answer)).containsExactly(Duration.ofMillis(1500));
  }

  @Test
  void aLimitThatLeavesSomethingOrResetsFarAwayKeepsNobodyWaiting() throws Exception {
    LoopbackServer.Answer answer =
        LoopbackServer.status(
            200,
            answer("hi"),
            "x-ratelimit-remaining-requests",
            "1",
            "x-ratelimit-reset-requests",
            "1s",
            "x-ratelimit-remaining-tokens",
            "0",
            "x-ratelimit-reset-tokens",
            "3h");
    assertThat(limitsAfter(answer)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 429, 500})
  void anAnswerOfAnyStatusTellsOfItsLoginsWindow(int status) throws Exception {
    LoopbackServer.Answer answer =
        LoopbackServer.status(
            status,
            status == 200 ? answer("hi") : error("for now"),
            "anthropic-ratelimit-unified-5h-utilization",
            "0.93");
    TestCallContext context = new TestCallContext();
    try (LoopbackServer server = LoopbackServer.start(answer);
        Adapter adapter = factory().create(context(server.url()))) {
      adapter.invoke(call("hello"), context);
    } catch (AdapterException e) {
      assertThat(status).isNotEqualTo(200);
    }
    assertThat(context.usageWindows()).containsExactly(new UsageWindow("five_hour", 0.93, null));
  }

  private List<Duration> limitsAfter(LoopbackServer.Answer answer) throws Exception {
    TestCallContext context = new TestCallContext();
    try (LoopbackServer server = LoopbackServer.start(answer);
        Adapter adapter = factory().create(context(server.url()))) {
      adapter.invoke(call("hello"), context);
    }
    return context.limitsReached();
  }

  @Test
  void retryAfterIsPassedOn() throws Exception {
    AdapterException failure =
        failure(LoopbackServer.status(429, error("slow down"), "Retry-After", "7"));
    assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void aUsedUpRateLimitIsPassedOn() throws Exception {
    AdapterException failure =
        failure(
            LoopbackServer.status(
                429,
                error("slow down"),
                "x-ratelimit-remaining-requests",
                "0",
                "x-ratelimit-reset-requests",
                "6m0s"));
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofMinutes(6));
  }

  @ParameterizedTest
  @CsvSource({
    "429, slow down, RATE_LIMITED, true",
    "402, pay first, EXHAUSTED, true",
    "529, for now, TRANSIENT, true",
    "503, The model is overloaded. Please try again later., TRANSIENT, true",
    "503, The service is too busy, TRANSIENT, true",
    "498, Flex tier capacity exceeded, TRANSIENT, true",
    "503, upstream connect error or disconnect/reset before headers, TRANSIENT, false",
    "500, the model is overloaded, TRANSIENT, false",
    "502, bad gateway, TRANSIENT, false",
    "504, no answer in time, TRANSIENT, false",
    "408, no answer in time, TRANSIENT, false"
  })
  void whoIsTurnedAwayHasNotBegun(int status, String words, Kind kind, boolean nothing)
      throws Exception {
    AdapterException failure = failure(LoopbackServer.status(status, error(words)));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.nothingBegan()).isEqualTo(nothing);
  }

  @Test
  void anErrorInsideOfAnAnswerMayComeAfterWork() throws Exception {
    AdapterException failure =
        failure(
            LoopbackServer.status(
                200, "{\"error\": {\"code\": 429, \"message\": \"rate limit exceeded\"}}"));
    assertThat(failure.nothingBegan()).isFalse();
  }

  @Test
  void aLoginsLimitIsToldWithItsReset() throws Exception {
    AdapterException failure =
        failure(
            LoopbackServer.status(
                429,
                "{\"error\": {\"type\": \"usage_limit_reached\", \"message\": \"enough\","
                    + " \"resets_at\": 4000000000}}"));
    assertThat(failure.kind()).isEqualTo(Kind.USAGE_LIMITED);
    assertThat(failure.usageLimit()).isNotNull();
    assertThat(requireNonNull(failure.usageLimit()).resetsAt())
        .isCloseTo(Instant.ofEpochSecond(4_000_000_000L), within(2, ChronoUnit.SECONDS));
    assertThat(failure.usageLimit().nothingBegan()).isTrue();
    assertThat(failure.usageLimit().ofModel()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"resets_at", "resets_in_seconds"})
  void aResetBeyondTheCalendarIsOne(String field) throws Exception {
    AdapterException failure =
        failure(
            LoopbackServer.status(
                429,
                "{\"error\": {\"type\": \"usage_limit_reached\", \"%s\": 9000000000000000000}}"
                    .formatted(field)));
    assertThat(failure.kind()).isEqualTo(Kind.USAGE_LIMITED);
    assertThat(requireNonNull(failure.usageLimit()).resetsAt()).isAfter(Instant.now());
  }

  @Test
  void aWaitOfHoursIsALimitOfTheModel() throws Exception {
    AdapterException failure =
        failure(LoopbackServer.status(429, error("slow down"), "Retry-After", "7200"));
    assertThat(failure.kind()).isEqualTo(Kind.USAGE_LIMITED);
    assertThat(failure.usageLimit()).isNotNull();
    assertThat(requireNonNull(failure.usageLimit()).ofModel()).isTrue();
    assertThat(failure.usageLimit().resetsAt())
        .isCloseTo(Instant.now().plusSeconds(7200), within(60, ChronoUnit.SECONDS));
  }

  @Test
  void anEmptyAccountIsExhausted() throws Exception {
    assertThat(failure(LoopbackServer.status(402, error("pay first"))).kind())
        .isEqualTo(Kind.EXHAUSTED);
  }

  @Test
  void aRefusedConnectionIsSurelyNotSent() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    AdapterException failure = failure("http://127.0.0.1:" + port, call("hello"));
    assertThat(failure.kind()).isEqualTo(Kind.NOT_SENT);
    assertThat(failure).hasMessageContaining("127.0.0.1:" + port).hasMessageContaining("base_url");
  }

  @Test
  void anUnknownHostIsSurelyNotSent() throws Exception {
    AdapterException failure = failure("http://no-such-host.invalid", call("hello"));
    assertThat(failure.kind()).isEqualTo(Kind.NOT_SENT);
    assertThat(failure).hasMessageContaining("its name is unknown");
  }

  @Test
  void anEndpointThatSpeaksNoTlsIsSurelyNotSent() throws Exception {
    try (ServerSocket plain = new ServerSocket(0)) {
      Thread peer = new Thread(() -> refuseInPlainText(plain));
      peer.start();
      AdapterException failure =
          failure("https://127.0.0.1:" + plain.getLocalPort(), call("hello"));
      assertThat(failure.kind()).isEqualTo(Kind.NOT_SENT);
      assertThat(failure).hasMessageContaining("TLS");
      peer.join(PATIENCE.toMillis());
    }
  }

  private static void refuseInPlainText(ServerSocket server) {
    try (Socket client = server.accept()) {
      client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
      client.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // the adapter hung up
    }
  }

  @Test
  void aCertificateThatNobodyTrustsIsSurelyNotSent() throws Exception {
    HttpsServer https = HttpsServer.create();
    https.setHttpsConfigurator(new HttpsConfigurator(SelfSigned.context(directory)));
    try (LoopbackServer server = LoopbackServer.start(https, LoopbackServer.json(answer("hi")))) {
      AdapterException failure = failure("https://" + server.authority(), call("hello"));
      assertThat(failure.kind()).isEqualTo(Kind.NOT_SENT);
      assertThat(failure).hasMessageContaining("TLS");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void aConnectionLostAfterSendingMayHaveArrived() throws Exception {
    assertThat(failure(LoopbackServer.dropped()).kind()).isEqualTo(Kind.TRANSIENT);
  }

  @Test
  void aKeptConnectionThatIsLostIsNotUsedToSendAgain() throws Exception {
    try (LoopbackServer server =
            LoopbackServer.start(LoopbackServer.json(answer("one")), LoopbackServer.dropped());
        Adapter adapter = factory().create(context(server.url()))) {
      RunningCall.start(adapter, call("first")).reply(PATIENCE);
      AdapterException failure =
          RunningCall.start(adapter, call("second")).adapterException(PATIENCE);
      assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void aConnectionLostInTheMiddleOfAnAnswerMayBeTriedAgain() throws Exception {
    assertThat(failure(LoopbackServer.cutOff(answer("hi"))).kind()).isEqualTo(Kind.TRANSIENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"model\": ", "", "null", "[]", "event: message", "{} trailing"})
  void anAnswerThatIsNoJsonObjectMayBeTriedAgain(String body) throws Exception {
    assertThat(failure(LoopbackServer.json(body)).kind()).isEqualTo(Kind.TRANSIENT);
  }

  @Test
  void anEmptyAnswerMayBeTriedAgain() throws Exception {
    AdapterException failure = failure(LoopbackServer.json("{}"));
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("empty");
  }

  @Test
  void aWebPageInsteadOfAnAnswerPointsToTheAddress() throws Exception {
    AdapterException failure =
        failure(LoopbackServer.json("<!doctype html><title>Welcome</title><p>…"));
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("\"Welcome\"").hasMessageContaining("base_url");
  }

  @Test
  void anErrorsWebPageIsToldByItsTitle() throws Exception {
    String page = "<html><title>502 Bad\nGateway</title>" + "x".repeat(100_000);
    AdapterException failure = failure(LoopbackServer.status(500, page));
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("502 Bad Gateway");
    assertThat(failure.getMessage()).hasSizeLessThan(300);
  }

  @Test
  void aLongErrorIsToldInShort() throws Exception {
    AdapterException failure = failure(LoopbackServer.status(400, error("why ".repeat(50_000))));
    assertThat(failure.getMessage()).hasSizeLessThan(700).contains("why why");
  }

  @Test
  void aRedirectIsNotFollowedWithTheKey() throws Exception {
    try (LoopbackServer elsewhere = LoopbackServer.start(LoopbackServer.json(answer("hi")))) {
      AdapterException failure =
          failure(LoopbackServer.status(307, "", "Location", elsewhere.url() + "/?key=" + KEY));
      assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
      assertThat(failure).hasMessageContaining("base_url");
      assertThat(failure.getMessage()).doesNotContain(KEY);
      assertThat(elsewhere.requests()).isEmpty();
    }
  }

  @Test
  void anEndlessErrorIsReadAsFarAsItIsUseful() throws Exception {
    assertThat(failure(LoopbackServer.endless(500)).kind()).isEqualTo(Kind.TRANSIENT);
  }

  @Test
  void anEndlessAnswerIsGivenUp() throws Exception {
    AdapterException failure = failure(LoopbackServer.endless(200));
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("without an end");
  }

  @Test
  void anInterruptionEndsAnAnswerThatStalls() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(LoopbackServer.stalled());
        Adapter adapter = factory().create(context(server.url()))) {
      RunningCall call = RunningCall.start(adapter, call("hello"));
      server.awaitRequest(PATIENCE);
      call.interrupt();
      assertThat(call.failure(Duration.ofSeconds(5))).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void anInterruptionHangsUp() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(LoopbackServer.dripping());
        Adapter adapter = factory().create(context(server.url()))) {
      RunningCall call = RunningCall.start(adapter, call("hello"));
      server.awaitRequest(PATIENCE);
      call.interrupt();
      assertThat(call.failure(Duration.ofSeconds(5))).isInstanceOf(InterruptedException.class);
      server.awaitEnd(Duration.ofSeconds(5));
    }
  }

  @Test
  void anAnswerThatStallsIsGivenUpWhenTheCallsTimeIsOver() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(LoopbackServer.stalled())) {
      AdapterException failure =
          failure(server.url(), Calls.within(Duration.ofMillis(300), call("hello")));
      assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
    }
  }

  @Test
  void theKeyIsInNoMessageHoweverItIsRepeated() throws Exception {
    for (String repeated :
        List.of(
            KEY,
            URLEncoder.encode(KEY, UTF_8),
            Base64.getEncoder().encodeToString(KEY.getBytes(UTF_8)),
            KEY.replace("/", "\\/"))) {
      for (Answer answer :
          List.of(
              LoopbackServer.status(401, error("no such key: " + repeated)),
              LoopbackServer.status(500, "plain " + repeated),
              LoopbackServer.status(500, "<title>" + repeated + "</title>"),
              LoopbackServer.status(429, error("later"), "Retry-After", repeated),
              LoopbackServer.json("plain " + repeated),
              LoopbackServer.json(error(repeated)))) {
        for (Throwable told = failure(answer); told != null; told = told.getCause()) {
          assertThat(told.toString()).doesNotContain(repeated).doesNotContain(KEY);
        }
      }
    }
  }

  @Test
  void theKeyIsSentInAHeaderAndNowhereElse() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(LoopbackServer.json(answer("hi")))) {
      reply(server, call("hello"));
      LoopbackServer.Request request = server.requests().get(0);
      assertThat(request.headers().toString()).contains(KEY);
      assertThat(request.path() + request.body()).doesNotContain(KEY);
    }
  }

  @Test
  void aMissingKeyIsNamed() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(LoopbackServer.json(answer("hi")));
        Adapter adapter =
            factory().create(TestContext.empty().withSettings(Map.of("base_url", server.url())))) {
      AdapterException failure =
          RunningCall.start(adapter, call("hello")).adapterException(PATIENCE);
      assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(failure).hasMessageContaining(secretName());
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void aDeepSchemaReachesTheProvider() throws Exception {
    String deep = "{\"not\":".repeat(490) + "{}" + "}".repeat(490);
    try (LoopbackServer server = LoopbackServer.start(LoopbackServer.json(answer("hi")))) {
      assertThat(reply(server, Calls.withSchema(deep, call("hello"))).text()).isEqualTo("hi");
    }
  }

  @Test
  void aKeyThatCantBeOneIsNotRepeated() throws Exception {
    TestContext context = context("http://127.0.0.1:9").withSecret(secretName(), "sk-two\nlines");
    try (Adapter adapter = factory().create(context)) {
      AdapterException failure =
          RunningCall.start(adapter, call("hello")).adapterException(PATIENCE);
      assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(failure).hasMessageContaining(secretName());
      assertThat(failure.getMessage()).doesNotContain("sk-two");
    }
  }

  @Test
  void theUsersOwnKeyVariableTakesTheUsualOnesPlace() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(LoopbackServer.json(answer("hi")));
        Adapter adapter =
            factory()
                .create(
                    context(server.url())
                        .withSettings(Map.of("api_key_env", "MY_KEY"))
                        .withSecret("MY_KEY", "mine-8765"))) {
      RunningCall.start(adapter, call("hello")).reply(PATIENCE);
      assertThat(server.requests().get(0).headers().toString())
          .contains("mine-8765")
          .doesNotContain(KEY);
    }
  }

  @Test
  void anEndpointWithoutKeysGetsNone() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(LoopbackServer.json(answer("hi")));
        Adapter adapter =
            factory().create(context(server.url()).withSettings(Map.of("api_key_env", "")))) {
      RunningCall.start(adapter, call("hello")).reply(PATIENCE);
      assertThat(server.requests().get(0).headers().toString()).doesNotContain(KEY);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://host", "host:80", "http://", "http://user:pw@host", "http://host/?a=b"})
  void anAddressThatIsNoneIsRefusedWithoutRepeatingIt(String url) {
    AdapterException refused =
        catchThrowableOfType(AdapterException.class, () -> factory().create(context(url)));
    assertThat(refused).hasMessageContaining("base_url");
    assertThat(refused.getMessage()).doesNotContain("pw");
  }

  @Test
  void halvesOfSurrogatePairsDoNotBreakTheRequest() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(LoopbackServer.json(answer("hi")))) {
      reply(server, call("a\ud83d b \ud83d\ude00 \udc00"));
      assertThat(prompt(server.sent(0))).isEqualTo("a\ufffd b \ud83d\ude00 \ufffd");
    }
  }

  @Test
  void theTranscriptHoldsTheAnswerAndNoHeader() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(LoopbackServer.json(answer("hi")));
        Adapter adapter = factory().create(context(server.url()))) {
      TestCallContext callContext = new TestCallContext();
      RunningCall.start(adapter, call("hello"), callContext).reply(PATIENCE);
      assertThat(callContext.transcript())
          .singleElement()
          .asString()
          .contains("hi")
          .doesNotContain(KEY);
    }
  }
}
