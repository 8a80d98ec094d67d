package dev.agentworkflows.coordinator.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.option.RequestedOptions;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.testing.MutableClock;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.coordinator.testing.Requests;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.Repository;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.spi.UsageLimit;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.CallWait;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import dev.agentworkflows.testkit.Generated;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls with several providers through a real store, by a clock that the test sets. */
@Timeout(120)
class FallbackTest {

  private static final String KEY = "sk-0123456789";

  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}";

  @TempDir private Path directory;

  private final ScriptedAdapter one = new ScriptedAdapter("one", 2);
  private final ScriptedAdapter two = new ScriptedAdapter("two", 1);
  private final ScriptedAdapter three = new ScriptedAdapter("three", 1);
  private final RecordedEvents events = new RecordedEvents();
  private final MutableClock clock = new MutableClock(Instant.parse("2026-11-29T12:00:00Z"));
  private Store store;
  private CallPipeline pipeline;
  private int runs;

  @BeforeEach
  void open() {
    store = Store.open(directory.resolve("workflow.sqlite"));
    pipeline = pipeline(Map.of());
    one.will((call, attempt) -> ScriptedAdapter.reply("of one"));
    two.will((call, attempt) -> ScriptedAdapter.reply("of two"));
    three.will((call, attempt) -> ScriptedAdapter.reply("of three"));
  }

  private CallPipeline pipeline(Map<String, String> environment) {
    return pipeline(environment, Duration.ofMinutes(1));
  }

  private CallPipeline pipeline(Map<String, String> environment, Duration maxPause) {
    return new CallPipeline(
        store,
        Providers.of(List.of(one, two, three), environment),
        Prices.of(Map.of("HOME", directory.toString())),
        new Worktrees(System.getenv(), AllowedWorkspaces.any(), directory),
        new Redactor(Map.of("SOME_KEY", KEY)),
        new SharedLimits(clock),
        clock,
        new Random(1),
        maxPause);
  }

  private void configure(String providersFile) throws Exception {
    Path file = directory.resolve("providers.json");
    Files.writeString(file, providersFile);
    pipeline.close();
    pipeline = pipeline(Map.of("OWF_PROVIDERS_FILE", file.toString()));
  }

  @AfterEach
  void close() {
    pipeline.close();
    store.close();
  }

  private RunContext run() {
    return run(Duration.ofHours(6), BudgetLimits.NONE, directory);
  }

  private RunContext run(String provider) {
    return run(provider, Duration.ofHours(6), BudgetLimits.NONE, directory);
  }

  private RunContext run(Duration patience, BudgetLimits limits, Path workspace) {
    return run("one", patience, limits, workspace);
  }

  private RunContext run(String provider, Duration patience, BudgetLimits limits, Path workspace) {
    String id = "run_20261129_120000_%06x".formatted(++runs);
    store.writer().addRun(Records.run(id).status(RunStatus.RUNNING).build()).join();
    return new RunContext(
        id,
        provider,
        null,
        CachePolicy.AUTO,
        Duration.ofSeconds(30),
        patience,
        workspace,
        directory,
        events,
        new BudgetLedger(limits),
        new Occurrences());
  }

  private static CallRequest request(List<String> providers, String prompt) {
    return Requests.of(prompt).providers(providers).build();
  }

  private static CallRequest mutating(List<String> providers, String prompt) {
    Requests request = Requests.of(prompt).providers(providers);
    request.writeScope(List.of("src"));
    return request.build();
  }

  private CallResult answer(CallRequest request) {
    return answer(run(), request);
  }

  private CallResult answer(RunContext run, CallRequest request) {
    return result(pipeline.begin(run, request));
  }

  private static CallResult result(InFlightCall call) {
    return ((CallOutcome.Answered) call.outcome().join()).result();
  }

  private CallRecord stored(CallResult result) {
    return store.reader().call(result.callId()).orElseThrow();
  }

  private List<String> tried(CallResult result) {
    return TriedProvider.of(stored(result).progress().triedJson()).stream()
        .map(tried -> tried.provider() + " " + tried.kind())
        .toList();
  }

  private static ScriptedAdapter.Script fails(Kind kind, String message) {
    return (call, attempt) -> {
      throw new AdapterException(kind, message);
    };
  }

  private ScriptedAdapter.Script limited(Duration reset, boolean nothingBegan) {
    Instant resetsAt = clock.instant().plus(reset);
    return (call, attempt) -> {
      if (clock.instant().isBefore(resetsAt)) {
        throw AdapterException.usageLimited(
            "You've hit your limit", UsageLimit.until(resetsAt, nothingBegan), Usage.of(0, 0));
      }
      return ScriptedAdapter.reply("after the reset");
    };
  }

  @ParameterizedTest
  @CsvSource({
    "EXHAUSTED, exhausted, 1",
    "UNAVAILABLE, unavailable, 1",
    "TRANSIENT, overloaded, 4",
    "NOT_SENT, not_reached, 4",
    "RATE_LIMITED, rate_limited, 4"
  })
  void theNextIsAskedWhenOneCannotAnswer(Kind kind, String told, int attempts) {
    one.will(fails(kind, "not now, " + KEY));
    CallResult result = answer(request(List.of("one", "two"), "p"));
    assertThat(result.text()).isEqualTo("of two");
    assertThat(result.asked().provider()).isEqualTo("two");
    assertThat(one.prompts()).hasSize(attempts);
    assertThat(two.prompts()).hasSize(1);
    assertThat(tried(result)).containsExactly("one " + told);
    assertThat(stored(result).asked().provider()).isEqualTo("two");
    assertThat(stored(result).attempts().count()).isEqualTo(attempts + 1);
    assertThat(events.fallbacks)
        .containsExactly("one (" + told + "): not now, [redacted:SOME_KEY] -> two");
    assertThat(stored(result).progress().triedJson()).doesNotContain(KEY);
  }

  @ParameterizedTest
  @EnumSource(names = {"PERMANENT", "REFUSED", "TIMEOUT"})
  void whoHasAnsweredOrTakenTooLongIsTheLast(Kind kind) {
    one.will(fails(kind, "no"));
    CallResult result = answer(request(List.of("one", "two"), "p"));
    assertThat(result.status()).isNotEqualTo(CallStatus.DONE);
    assertThat(result.asked().provider()).isEqualTo("one");
    assertThat(two.prompts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAgentThatReachedItsMoneyEndsTheCallOverBudget(boolean mutating) {
    one.learn(Capability.COST_LIMIT, Capability.REPORTS_COST);
    one.will((call, attempt) -> {
      throw new AdapterException(Kind.BUDGET_REACHED, "it reached the 0.5 USD")
          .billed(Usage.of(10, 20), new BigDecimal("0.55"));
    });
    RunContext run =
        run(Duration.ofHours(6), new BudgetLimits(null, new BigDecimal("9")), directory);
    List<String> both = List.of("one", "two");
    CallOutcome outcome =
        pipeline.begin(run, mutating ? mutating(both, "p") : request(both, "p")).outcome().join();
    assertThat(outcome).isEqualTo(new CallOutcome.OverBudget("it reached the 0.5 USD"));
    assertThat(one.prompts()).hasSize(1);
    assertThat(two.prompts()).isEmpty();
    CallRecord call = store.reader().calls(run.runId()).get(0);
    assertThat(call.status()).isEqualTo(CallStatus.BUDGET_EXCEEDED);
    assertThat(call.usage().estimatedCostUsd()).isEqualByComparingTo("0.55");
  }

  private static ScriptedAdapter.Script pausing(Kind kind, Duration pause, String answer) {
    AtomicInteger asked = new AtomicInteger();
    return (call, attempt) -> {
      if (asked.getAndIncrement() == 0) {
        throw new AdapterException(kind, "slow down", pause, Usage.of(0, 0), null);
      }
      return ScriptedAdapter.reply(answer);
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"RATE_LIMITED", "TRANSIENT"})
  void aLongPauseIsNotWaitedForWhileAnotherCanAnswer(Kind kind) {
    maxPause(Duration.ofSeconds(1));
    one.will(pausing(kind, Duration.ofSeconds(20), "of one"));
    RunContext run = run();
    CallResult result = answer(run, request(List.of("one", "two"), "p"));
    assertThat(result.text()).isEqualTo("of two");
    assertThat(tried(result))
        .containsExactly("one " + (kind == Kind.TRANSIENT ? "overloaded" : "rate_limited"));
    assertThat(answer(run, request(List.of("one", "two"), "q")).text())
        .as("while the pause lasts")
        .isEqualTo("of two");
    assertThat(one.prompts()).containsExactly("p");
  }

  @Test
  void aShortPauseIsWaitedForBeforeTheNextIsAsked() {
    maxPause(Duration.ofSeconds(1));
    one.will(pausing(Kind.RATE_LIMITED, Duration.ofMillis(600), "of one"));
    CallResult result = answer(request(List.of("one", "two"), "p"));
    assertThat(result.text()).isEqualTo("of one");
    assertThat(two.prompts()).isEmpty();
  }

  @Test
  void whoAskedForAPauseIsWaitedForWhenNobodyElseCanAnswer() {
    maxPause(Duration.ofSeconds(1));
    one.will(pausing(Kind.RATE_LIMITED, Duration.ofSeconds(2), "of one"));
    two.will(fails(Kind.EXHAUSTED, "no credit"));
    three.will(limited(Duration.ofHours(1), true));
    CallResult result = answer(request(List.of("one", "two", "three"), "p"));
    assertThat(result.text()).isEqualTo("of one");
    assertThat(result.asked().provider()).isEqualTo("one");
    assertThat(two.prompts()).hasSize(1);
  }

  private void maxPause(Duration most) {
    pipeline.close();
    pipeline = pipeline(Map.of(), most);
  }

  @Test
  void aWrongAnswerIsNoReasonToAskAnother() {
    Requests request = Requests.of("p").providers(List.of("one", "two"));
    request.schema(SCHEMA);
    CallResult result = answer(request.build());
    assertThat(result.status()).isEqualTo(CallStatus.SCHEMA_FAILED);
    assertThat(one.prompts()).hasSize(2);
    assertThat(two.prompts()).isEmpty();
  }

  @Test
  void anOptionThatOneLacksIsNoReasonToAskAnother() {
    RequestedOptions options = new RequestedOptions("be brief", null, null, null, List.of());
    CallResult result = answer(Requests.with(request(List.of("one", "two"), "p"), options));
    assertThat(result.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(result.error()).contains("system");
    assertThat(result.asked().provider()).isEqualTo("one");
    assertThat(one.prompts()).isEmpty();
    assertThat(two.prompts()).isEmpty();
  }

  @Test
  void aCorrectionGoesToTheOneWhoAnswered() {
    one.will(fails(Kind.EXHAUSTED, "no credit"));
    Requests request = Requests.of("p").providers(List.of("one", "two"));
    request.schema(SCHEMA);
    CallResult result = answer(request.build());
    assertThat(result.status()).isEqualTo(CallStatus.SCHEMA_FAILED);
    assertThat(result.asked().provider()).isEqualTo("two");
    assertThat(one.prompts()).hasSize(1);
    assertThat(two.prompts()).hasSize(2);
  }

  @Test
  void aCorrectionGoesToTheProviderThatAnswered() {
    one.will(limited(Duration.ofHours(1), true));
    two.will((call, attempt) -> {
      clock.advance(Duration.ofHours(2));
      return ScriptedAdapter.reply("of two");
    });
    Requests request = Requests.of("p").providers(List.of("one", "two"));
    request.schema(SCHEMA);
    CallResult result = answer(request.build());
    assertThat(result.status()).isEqualTo(CallStatus.SCHEMA_FAILED);
    assertThat(one.prompts()).hasSize(1);
    assertThat(two.prompts()).hasSize(2);
  }

  @Test
  void anUnknownProviderIsPassedOver() {
    CallResult result = answer(request(List.of("onne", "two"), "p"));
    assertThat(result.text()).isEqualTo("of two");
    assertThat(events.fallbacks.get(0)).contains("unknown provider 'onne' (did you mean one?)");
  }

  @Test
  void whenNobodyCanAnswerAllAreNamed() {
    one.will(fails(Kind.UNAVAILABLE, "there is no program one"));
    two.will(fails(Kind.EXHAUSTED, "no credit"));
    CallResult result = answer(request(List.of("one", "two"), "p"));
    assertThat(result.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(result.asked().provider()).isEqualTo("two");
    assertThat(result.error())
        .isEqualTo("no credit\nbefore it: one (unavailable): there is no program one");
  }

  @Test
  void aLimitedLoginIsPassedOverAtOnceUntilItResets() {
    one.will(limited(Duration.ofHours(5), true));
    RunContext run = run();
    assertThat(answer(run, request(List.of("one", "two"), "p1")).asked().provider())
        .isEqualTo("two");
    CallResult second = answer(run, request(List.of("one", "two"), "p2"));
    assertThat(second.asked().provider()).isEqualTo("two");
    assertThat(tried(second)).containsExactly("one usage_limited");
    assertThat(one.prompts()).containsExactly("p1");

    clock.advance(Duration.ofHours(5).plusSeconds(1));
    CallResult third = answer(run, request(List.of("one", "two"), "p3"));
    assertThat(third.asked().provider()).isEqualTo("one");
    assertThat(tried(third)).isEmpty();
  }

  @Test
  void thoseWhoCouldNotAnswerStandInTheirOrder() {
    one.will(limited(Duration.ofHours(5), true));
    two.will(fails(Kind.UNAVAILABLE, "no key"));
    RunContext run = run();
    for (int i = 0; i < 2; i++) {
      CallResult result = answer(run, request(List.of("one", "two", "three"), "p" + i));
      assertThat(result.asked().provider()).isEqualTo("three");
      assertThat(tried(result)).containsExactly("one usage_limited", "two unavailable");
    }
  }

  @Test
  void whereAllAreLimitedTheFirstResetIsWaitedFor() throws Exception {
    one.will(limited(Duration.ofHours(5), true));
    two.will(limited(Duration.ofHours(2), true));
    List<InFlightCall> calls = new ArrayList<>();
    RunContext run = run();
    for (int i = 0; i < 5; i++) {
      calls.add(pipeline.begin(run, request(List.of("one", "two"), "p" + i)));
    }
    awaitWaiting(run, 5);
    assertThat(store.reader().calls(run.runId()).get(4).waiting())
        .extracting(CallWait::reason)
        .asString()
        .startsWith("two's usage limit");
    clock.advance(Duration.ofHours(2).plusSeconds(1));
    calls.forEach(call -> {
      assertThat(result(call).text()).isEqualTo("after the reset");
      assertThat(result(call).asked().provider()).isEqualTo("two");
    });
    assertThat(one.prompts()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void aWaitForSeveralIsNotTakenFromTheCallsTime() throws Exception {
    one.will(limited(Duration.ofHours(5), true));
    two.will(limited(Duration.ofHours(2), true));
    RunContext run = run();
    Requests request = Requests.of("p").providers(List.of("one", "two"));
    request.timeout(Duration.ofSeconds(1));
    InFlightCall call = pipeline.begin(run, request.build());
    awaitWaiting(run, 1);
    assertThat(new CountDownLatch(1).await(1_500, TimeUnit.MILLISECONDS)).isFalse();
    clock.advance(Duration.ofHours(3));
    assertThat(result(call).text()).isEqualTo("after the reset");
  }

  @Test
  void aRunThatDoesNotWaitIsToldOfAllLimits() {
    one.will(limited(Duration.ofHours(5), true));
    two.will(limited(Duration.ofHours(2), true));
    RunContext run = run(Duration.ZERO, BudgetLimits.NONE, directory);
    CallResult result = answer(run, request(List.of("one", "two"), "p"));
    assertThat(result.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(result.error())
        .contains("one has reached its usage limit and takes calls again at ")
        .contains("two has reached its usage limit and takes calls again at ")
        .endsWith("this run does not wait for limits (wait_for_limits is 0)");
  }

  @Test
  void aCallThatWaitsForAnyOfThemIsCancelledAtOnce() throws Exception {
    one.will(limited(Duration.ofHours(5), true));
    two.will(limited(Duration.ofHours(2), true));
    RunContext run = run();
    InFlightCall call = pipeline.begin(run, request(List.of("one", "two"), "p"));
    awaitWaiting(run, 1);
    call.cancel("not wanted any more");
    assertThat(result(call).status()).isEqualTo(CallStatus.CANCELLED);
    clock.advance(Duration.ofHours(6));
    assertThat(answer(run, request(List.of("one", "two"), "q")).asked().provider())
        .isEqualTo("one");
  }

  private void awaitWaiting(RunContext run, int calls) throws InterruptedException {
    while (store.reader().calls(run.runId()).stream().filter(call -> call.waiting() != null).count()
        < calls) {
      var unused = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
  }

  @ParameterizedTest
  @CsvSource({"EXHAUSTED", "TRANSIENT", "RATE_LIMITED"})
  void aMutatingCallThatMayHaveBegunGoesNowhereElse(Kind kind) {
    one.will(fails(kind, "lost"));
    CallResult result = answer(mutating(List.of("one", "two"), "p"));
    assertThat(result.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(result.error())
        .isEqualTo("lost; nobody else is asked, for it may have changed files");
    assertThat(one.prompts()).hasSize(1);
    assertThat(two.prompts()).isEmpty();
  }

  @Test
  void aMutatingCallThatSurelyDidNotBeginGoesToTheNext() {
    one.will((call, attempt) -> {
      throw new AdapterException(Kind.EXHAUSTED, "no credit").beforeWork();
    });
    two.will(limited(Duration.ofHours(5), true));
    CallResult result = answer(mutating(List.of("one", "two", "three"), "p"));
    assertThat(result.asked().provider()).isEqualTo("three");
    assertThat(tried(result)).containsExactly("one exhausted", "two usage_limited");
  }

  @ParameterizedTest
  @CsvSource({"TRANSIENT, overloaded", "RATE_LIMITED, rate_limited"})
  void aMutatingCallThatIsTurnedAwayGoesAgainThenToTheNext(Kind kind, String told) {
    one.will((call, attempt) -> {
      throw new AdapterException(kind, "full").beforeWork();
    });
    CallResult result = answer(mutating(List.of("one", "two"), "p"));
    assertThat(result.asked().provider()).isEqualTo("two");
    assertThat(tried(result)).containsExactly("one " + told);
    assertThat(one.prompts()).hasSize(4);
    assertThat(two.prompts()).hasSize(1);
  }

  @Test
  void aLimitThatMayHaveBegunEndsAMutatingCall() {
    one.will(limited(Duration.ofHours(5), false));
    CallResult result = answer(mutating(List.of("one", "two"), "p"));
    assertThat(result.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(two.prompts()).isEmpty();
  }

  /** Who worked on it is counted where the work is done, whatever the coordinator believes. */
  @Test
  @Tag("slow")
  void noMutatingCallIsRepeatedThatMayHaveBegun() throws Exception {
    long seed = Generated.seed();
    System.out.println("FallbackTest: -Dseed=" + seed);
    int count = Generated.count(100);
    Map<String, AtomicInteger> begun = new ConcurrentHashMap<>();
    for (ScriptedAdapter adapter : List.of(one, two, three)) {
      adapter.will((call, attempt) ->
          begin(
              new Random(Objects.hash(seed, adapter.name(), call.prompt(), attempt)),
              () ->
                  begun
                      .computeIfAbsent(call.prompt(), first -> new AtomicInteger())
                      .incrementAndGet()));
    }
    RunContext run = run();
    List<InFlightCall> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(pipeline.begin(run, mutating(List.of("one", "two", "three"), "edit " + i)));
    }
    while (!calls.stream().allMatch(call -> call.outcome().isDone())) {
      // Hours must not go by while calls that can go out wait for a busy processor, or pause before
      // they go again: the patience of the others ends.
      var unused = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
      long going = calls.stream().filter(call -> !call.outcome().isDone()).count();
      long held =
          store.reader().calls(run.runId()).stream().filter(call -> call.waiting() != null).count();
      if (held == going) {
        clock.advance(Duration.ofMinutes(5));
      }
    }
    assertThat(begun.values()).allMatch(times -> times.get() == 1);
    // A call that its agent ended at its own limit of money has no result.
    List<CallResult> results =
        calls.stream()
            .filter(call -> call.outcome().join() instanceof CallOutcome.Answered)
            .map(FallbackTest::result)
            .toList();
    assertThat(results.stream().filter(result -> result.status() == CallStatus.DONE).count())
        .isBetween(count / 5L, count - 1L);
    assertThat(results.stream().filter(result -> !tried(result).isEmpty()).count())
        .isGreaterThan(count / 5L);
  }

  /** Works, or fails: before any work, which it may or may not say, or in the middle of it. */
  private AgentReply begin(Random random, Runnable work) throws AdapterException {
    if (random.nextInt(4) == 0) {
      work.run();
      return ScriptedAdapter.reply("edited");
    }
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    boolean before = kind == Kind.NOT_SENT || kind == Kind.UNAVAILABLE || random.nextBoolean();
    boolean saysSo = before && random.nextInt(4) > 0;
    if (!before) {
      work.run();
    }
    if (kind == Kind.USAGE_LIMITED) {
      Instant resetsAt = clock.instant().plus(Duration.ofMinutes(30));
      throw AdapterException.usageLimited(
          "limit", UsageLimit.until(resetsAt, saysSo), Usage.of(0, 0));
    }
    AdapterException failure = new AdapterException(kind, "failed");
    throw saysSo ? failure.beforeWork() : failure;
  }

  @Test
  void aCachedAnswerHitsWhoeverGaveIt() {
    one.will(fails(Kind.EXHAUSTED, "no credit"));
    CallResult paid = answer(request(List.of("one", "two"), "p"));
    CallResult hit = answer(request(List.of("one", "two"), "p"));
    assertThat(hit.cacheStatus()).isEqualTo(CacheStatus.HIT);
    assertThat(hit.text()).isEqualTo("of two");
    assertThat(hit.asked().provider()).isEqualTo("two");
    assertThat(hit.cacheKey()).isEqualTo(paid.cacheKey());
    assertThat(answer(request(List.of("one"), "p")).cacheStatus()).isEqualTo(CacheStatus.MISS);
    assertThat(answer(request(List.of("one", "three"), "p")).cacheStatus())
        .isEqualTo(CacheStatus.MISS);
  }

  @Test
  void anAnswerOfTheFirstAloneStandsInAsWell() {
    CallResult alone = answer(request(List.of("one"), "p"));
    RunContext run = run();
    CallResult hit = answer(run, request(List.of("one", "two"), "p"));
    assertThat(hit.cacheStatus()).isEqualTo(CacheStatus.HIT);
    assertThat(hit.cacheKey()).isEqualTo(alone.cacheKey());
    assertThat(answer(run, request(List.of("one", "two"), "p")).cacheStatus())
        .as("it was one answer")
        .isEqualTo(CacheStatus.MISS);
    assertThat(answer(request(List.of("two", "one"), "p")).cacheStatus())
        .isEqualTo(CacheStatus.MISS);
  }

  @Test
  void aModelIsThatOfTheFirstAndTheOthersHaveTheirOwn() {
    Map<String, String> models = new HashMap<>();
    one.will((call, attempt) -> {
      models.put("one", call.model());
      throw new AdapterException(Kind.EXHAUSTED, "no credit");
    });
    two.will((call, attempt) -> {
      models.put("two", call.model());
      return ScriptedAdapter.reply("fine");
    });
    Requests request = Requests.of("p").providers(List.of("one", "two"));
    request.model("big");
    answer(request.build());
    assertThat(models).containsExactlyInAnyOrderEntriesOf(Map.of("one", "big", "two", "two"));
  }

  @Test
  void aProviderThatIsThereTwiceIsMisuse() {
    CallOutcome outcome =
        pipeline.begin(run(), request(List.of("one", "two", "ONE"), "p")).outcome().join();
    assertThat(outcome)
        .isInstanceOfSatisfying(
            CallOutcome.Misused.class,
            misused -> assertThat(misused.message()).contains("'ONE' is in the list twice"));
    assertThat(one.prompts()).isEmpty();
  }

  @Test
  void permitsAndBudgetAreThoseOfTheOneThatIsAsked() {
    one.will((call, attempt) -> {
      throw new AdapterException(Kind.EXHAUSTED, "no credit", null, Usage.of(10, 0), null);
    });
    RunContext run = run(Duration.ofHours(6), new BudgetLimits(100_000L, null), directory);
    List<InFlightCall> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      calls.add(pipeline.begin(run, request(List.of("one", "two"), "p" + i)));
    }
    calls.forEach(call -> assertThat(result(call).text()).isEqualTo("of two"));
    assertThat(run.ledger().spent().tokens()).isEqualTo(10 * (10 + 7));
    assertThat(run.ledger().spentNow().tokens()).isEqualTo(run.ledger().spent().tokens());
  }

  @Test
  void aFallbackOfTheProvidersFileHoldsForCallsThatNameIt() throws Exception {
    configure(
        """
        {"providers": {"one": {"fallback": ["two"]}, "two": {"fallback": "one"}}}
        """);
    one.will(fails(Kind.EXHAUSTED, "no credit"));
    assertThat(answer(request(List.of(), "p")).asked().provider()).isEqualTo("two");
    assertThat(answer(request(List.of("one"), "p")).asked().provider()).isEqualTo("two");
    assertThat(answer(request(List.of("one", "three"), "p")).asked().provider()).isEqualTo("three");
    two.will(fails(Kind.EXHAUSTED, "no credit"));
    assertThat(answer(request(List.of("two"), "p")).asked().provider()).isEqualTo("one");
  }

  @Test
  void aProviderAddedAtTheEndPaysForNothingAgain() {
    CallRequest before = request(List.of("one", "two"), "p");
    assertThat(answer(before).cacheStatus()).isEqualTo(CacheStatus.MISS);
    CallResult after = answer(request(List.of("one", "two", "three"), "p"));
    assertThat(after.cacheStatus()).isEqualTo(CacheStatus.HIT);
    assertThat(after.asked().provider()).isEqualTo("one");
    assertThat(answer(request(List.of("one", "three"), "p")).cacheStatus())
        .as("that list was never asked")
        .isEqualTo(CacheStatus.MISS);
  }

  @Test
  void aListWithoutEndIsRefused() {
    List<String> many = IntStream.range(0, 3_000).mapToObj(n -> "n" + n).toList();
    assertThat(pipeline.begin(run(), request(many, "p")).outcome().join())
        .isInstanceOfSatisfying(
            CallOutcome.Misused.class,
            misused -> assertThat(misused.message()).contains("at most 32 names, not 3,000"));
  }

  @Test
  void severalNamesInOneAreToldAsSuch() {
    CallResult result = answer(request(List.of("one,two"), "p"));
    assertThat(result.error()).contains("provider=[\"one\", \"two\"]");
  }

  @Test
  void aRoutesFallbackHoldsBesideTheRunsList() throws Exception {
    configure("{\"routes\": [{\"label\": \"f\", \"fallback\": [\"three\"]}]}");
    one.will(fails(Kind.EXHAUSTED, "no credit"));
    Requests request = Requests.of("p").providers(List.of());
    request.label("f");
    assertThat(answer(run("one,two"), request.build()).asked().provider()).isEqualTo("three");
    assertThat(
            answer(run("one,two"), Requests.of("p").providers(List.of()).build())
                .asked()
                .provider())
        .isEqualTo("two");
  }

  @Test
  void aRouteChoosesForCallsThatNameNobody() throws Exception {
    configure(
        """
        {"routes": [
          {"label": "review-*", "provider": "two", "model": "large", "fallback": ["three"]},
          {"phase": "draft", "label": "?", "provider": "three"}
        ]}
        """);
    two.will(fails(Kind.EXHAUSTED, "no credit"));
    Requests request = Requests.of("p").providers(List.of());
    request.label("review-1");
    CallResult routed = answer(request.build());
    assertThat(routed.asked().provider()).isEqualTo("three");
    assertThat(stored(routed).progress().triedJson()).contains("\"model\":\"large\"");
    Requests named = Requests.of("p").providers(List.of("one"));
    named.label("review-1");
    assertThat(answer(named.build()).asked().provider()).isEqualTo("one");
    Requests drafted = Requests.of("p").providers(List.of());
    drafted.label("x");
    assertThat(answer(drafted.build()).asked().provider()).isEqualTo("one");
    drafted.phase("draft");
    assertThat(answer(drafted.build()).asked().provider()).isEqualTo("three");
  }

  @Test
  void anIsolatedCallHasOneWorktreeWhoeverWorksInIt() throws Exception {
    Repository repository = Repository.at(Files.createDirectory(directory.resolve("repository")));
    List<Path> worktrees = new ArrayList<>();
    one.will((call, attempt) -> {
      worktrees.add(call.worktree());
      throw new AdapterException(Kind.UNAVAILABLE, "not logged in");
    });
    two.will((call, attempt) -> {
      worktrees.add(call.worktree());
      try {
        Files.writeString(call.workingDirectory().resolve("new.txt"), "new");
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      return ScriptedAdapter.reply("edited");
    });
    Requests request = Requests.of("p").providers(List.of("one", "two"));
    request.isolation(Isolation.WORKTREE);
    CallResult result =
        answer(run(Duration.ZERO, BudgetLimits.NONE, repository.top), request.build());
    assertThat(result.status()).isEqualTo(CallStatus.DONE);
    assertThat(result.asked().provider()).isEqualTo("two");
    assertThat(result.worktree().changedFiles()).containsExactly("new.txt");
    assertThat(worktrees).hasSize(2);
    assertThat(worktrees.get(0)).isEqualTo(worktrees.get(1));
  }
}
