package dev.agentworkflows.coordinator.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.option.RequestedOptions;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.coordinator.testing.Requests;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.Repository;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.spi.Effort;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.CallWait;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import dev.agentworkflows.store.ValidationStatus;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a call through a real store, with a provider that the test scripts. */
@Timeout(60)
class CallPipelineTest {

  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}";

  @TempDir private Path directory;

  private final ScriptedAdapter provider = new ScriptedAdapter(0);
  private final RecordedEvents events = new RecordedEvents();
  private Store store;
  private CallPipeline pipeline;
  private int runs;

  @BeforeEach
  void open() {
    store = Store.open(directory.resolve("workflow.sqlite"));
    pipeline = pipeline(AllowedWorkspaces.any());
  }

  private CallPipeline pipeline(AllowedWorkspaces workspaces) {
    return pipeline(workspaces, Map.of());
  }

  private CallPipeline pipeline(AllowedWorkspaces workspaces, Map<String, String> environment) {
    return new CallPipeline(
        store,
        Providers.of(List.of(provider), environment),
        Prices.of(Map.of("HOME", directory.toString())),
        new Worktrees(System.getenv(), workspaces, directory),
        new Redactor(Map.of("SCRIPTED_KEY", "sk-0123456789")),
        new SharedLimits(Clock.systemUTC()),
        Clock.systemUTC(),
        new Random(1));
  }

  private void reopen(AllowedWorkspaces workspaces) {
    pipeline.close();
    pipeline = pipeline(workspaces);
  }

  @AfterEach
  void close() {
    pipeline.close();
    store.close();
  }

  private RunContext run() {
    return run(BudgetLimits.NONE);
  }

  private RunContext run(BudgetLimits limits) {
    return run(limits, directory);
  }

  private RunContext runIn(Path workspace) {
    return run(BudgetLimits.NONE, workspace);
  }

  private RunContext run(BudgetLimits limits, Path workspace) {
    String id = "run_20261122_143201_%06x".formatted(++runs);
    store.writer().addRun(Records.run(id).status(RunStatus.RUNNING).build()).join();
    return new RunContext(
        id,
        "scripted",
        null,
        CachePolicy.AUTO,
        Duration.ofSeconds(30),
        Duration.ZERO,
        workspace,
        directory,
        events,
        new BudgetLedger(limits),
        new Occurrences());
  }

  private static CallRequest ask(String prompt) {
    return request(prompt, null, Isolation.NONE, null, List.of(), null);
  }

  private static CallRequest request(
      String prompt,
      @Nullable String schema,
      Isolation isolation,
      @Nullable CachePolicy policy,
      List<String> writeScope,
      @Nullable Duration timeout) {
    return Requests.of(prompt)
        .label("label")
        .phase("phase")
        .schema(schema)
        .policy(policy)
        .timeout(timeout)
        .isolation(isolation)
        .writeScope(writeScope)
        .build();
  }

  private CallResult answer(RunContext scope, CallRequest request) {
    CallOutcome outcome = pipeline.begin(scope, request).outcome().join();
    assertThat(outcome).isInstanceOf(CallOutcome.Answered.class);
    return ((CallOutcome.Answered) outcome).result();
  }

  private CallRecord stored(CallResult result) {
    return store.reader().call(result.callId()).orElseThrow();
  }

  @Test
  void anAnswerIsDurableWhenItIsGiven() {
    CallResult result = answer(run(), ask("hello"));
    assertThat(result.status()).isEqualTo(CallStatus.DONE);
    assertThat(result.text()).isEqualTo("answer to hello");
    assertThat(result.asked().model()).isEqualTo("scripted-1");
    CallRecord record = stored(result);
    assertThat(record.status()).isEqualTo(CallStatus.DONE);
    assertThat(record.usage().estimatedCostUsd()).isEqualByComparingTo("0.01");
    assertThat(store.reader().texts(result.callId()).orElseThrow().text())
        .isEqualTo("answer to hello");
  }

  @Test
  void theNextRunIsAnsweredFromMemoryAndCostsNothing() {
    answer(run(), ask("hello"));
    RunContext second = run();
    CallResult result = answer(second, ask("hello"));
    assertThat(result.cacheStatus()).isEqualTo(CacheStatus.HIT);
    assertThat(result.text()).isEqualTo("answer to hello");
    assertThat(provider.prompts()).hasSize(1);
    assertThat(second.ledger().spent().tokens()).isZero();
  }

  @Test
  void identicalCallsAreDifferentSamplesAndAResumeHasThem() {
    provider.will((call, attempt) -> ScriptedAdapter.reply(call.callId().substring(28)));
    RunContext first = run();
    List<@Nullable String> samples = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      samples.add(answer(first, ask("vote")).text());
    }
    assertThat(samples).doesNotHaveDuplicates();
    RunContext second = run();
    for (String sample : samples) {
      assertThat(answer(second, ask("vote")).text()).isEqualTo(sample);
    }
    assertThat(provider.prompts()).hasSize(5);
    assertThat(answer(second, ask("vote")).cacheStatus()).isEqualTo(CacheStatus.MISS);
  }

  @Test
  void aFailureIsNeverRemembered() {
    provider.will((call, attempt) -> {
      throw new AdapterException(Kind.PERMANENT, "no such model");
    });
    CallResult failed = answer(run(), ask("hello"));
    assertThat(failed.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(failed.error()).isEqualTo("no such model");
    provider.will((call, attempt) -> ScriptedAdapter.reply("fine"));
    assertThat(answer(run(), ask("hello")).cacheStatus()).isEqualTo(CacheStatus.MISS);
  }

  @Test
  void policiesReadAndWriteAsTheySay() {
    provider.will((call, attempt) -> ScriptedAdapter.reply("one"));
    answer(run(), request("p", null, Isolation.NONE, CachePolicy.READ_ONLY, List.of(), null));
    assertThat(answer(run(), ask("p")).cacheStatus())
        .as("read_only wrote nothing")
        .isEqualTo(CacheStatus.MISS);
    provider.will((call, attempt) -> ScriptedAdapter.reply("two"));
    CallResult refreshed =
        answer(run(), request("p", null, Isolation.NONE, CachePolicy.REFRESH, List.of(), null));
    assertThat(refreshed.cacheStatus()).isEqualTo(CacheStatus.MISS);
    assertThat(answer(run(), ask("p")).text()).as("refresh wrote").isEqualTo("two");
    CallResult disabled =
        answer(run(), request("p", null, Isolation.NONE, CachePolicy.DISABLED, List.of(), null));
    assertThat(disabled.cacheStatus()).isEqualTo(CacheStatus.DISABLED);
    assertThat(provider.prompts()).hasSize(4);
  }

  @Test
  void aMutatingCallNeverTouchesTheCache() {
    CallRequest writes = request("edit", null, Isolation.NONE, null, List.of("src"), null);
    for (int run = 0; run < 2; run++) {
      CallResult result = answer(run(), writes);
      assertThat(result.cacheStatus()).isEqualTo(CacheStatus.BYPASSED);
      assertThat(result.cacheKey()).isNull();
    }
    assertThat(provider.prompts()).hasSize(2);
  }

  @Test
  void isolationFailsClosedBeforeTheProviderIsCalled() {
    CallResult result =
        answer(run(), request("edit", null, Isolation.WORKTREE, null, List.of(), null));
    assertThat(result.status()).isEqualTo(CallStatus.WORKTREE_FAILED);
    assertThat(result.error()).startsWith("worktree isolation failed:");
    assertThat(result.cacheStatus()).isEqualTo(CacheStatus.BYPASSED);
    assertThat(provider.prompts()).isEmpty();
    assertThat(stored(result).status()).isEqualTo(CallStatus.WORKTREE_FAILED);
  }

  @Test
  void aWorkspaceThatIsNotAllowedFailsBeforeTheProviderIsCalled() throws Exception {
    Repository.at(directory.resolve("workspace"));
    Path allowed = Files.createDirectory(directory.resolve("another"));
    reopen(AllowedWorkspaces.only(Map.of("it", allowed), directory));
    CallResult result = answer(runIn(directory.resolve("workspace")), isolated());
    assertThat(result.status()).isEqualTo(CallStatus.WORKTREE_FAILED);
    assertThat(result.error()).startsWith("worktree isolation failed:").contains("may not use");
    assertThat(provider.prompts()).isEmpty();
  }

  @Test
  void aPlaceThatIsTakenFailsClosedBeforeTheProviderIsCalled() throws Exception {
    Repository repository = Repository.at(directory.resolve("workspace"));
    RunContext scope = runIn(repository.top);
    String callId = scope.runId() + "_call_0001";
    repository.git("branch", "owf/" + scope.runId() + "/" + callId);
    CallResult result = answer(scope, isolated());
    assertThat(result.status()).isEqualTo(CallStatus.WORKTREE_FAILED);
    assertThat(result.error()).startsWith("worktree isolation failed:");
    assertThat(provider.prompts()).isEmpty();
  }

  @Test
  void anIsolatedCallInAGoodPlaceReachesTheProvider() throws Exception {
    Repository repository = Repository.at(directory.resolve("workspace"));
    CallResult result = answer(runIn(repository.top), isolated());
    assertThat(result.status()).isEqualTo(CallStatus.DONE);
    assertThat(provider.prompts()).hasSize(1);
  }

  private static CallRequest isolated() {
    return request("edit", null, Isolation.WORKTREE, null, List.of(), null);
  }

  @Test
  void aRefusalKeepsTheOtherCallsOfTheProviderWaiting() {
    provider.will((call, attempt) -> {
      throw new AdapterException(
          Kind.RATE_LIMITED, "slow down", Duration.ofMillis(700), Usage.UNKNOWN, null);
    });
    CallRequest edits = request("p", null, Isolation.NONE, null, List.of("src"), null);
    assertThat(answer(run(), edits).status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    provider.will((call, attempt) -> ScriptedAdapter.reply("fine"));
    CallResult other = answer(run(), ask("other"));
    assertThat(other.status()).isEqualTo(CallStatus.DONE);
    assertThat(stored(other).attempts().queueMs()).isGreaterThan(300);
    assertThat(events.warnings).singleElement().asString().contains("rate limit");
  }

  @Test
  void timeInTheQueueIsNotTheCallsOwn() {
    provider.willTell(context -> context.limitReached(Duration.ofSeconds(2)));
    provider.will((call, attempt) -> {
      if (attempt == 1) {
        return ScriptedAdapter.reply("no JSON at all");
      }
      var unused = new CountDownLatch(1).await(1, TimeUnit.SECONDS);
      return ScriptedAdapter.reply("{\"n\":1}");
    });
    CallResult waited =
        answer(
            run(), request("p", SCHEMA, Isolation.NONE, null, List.of(), Duration.ofMillis(2_500)));
    assertThat(waited.status()).isEqualTo(CallStatus.DONE);
  }

  @Test
  void theWaitThatAProviderAsksForIsNotTheCallsOwn() {
    provider.will((call, attempt) -> {
      if (attempt == 1) {
        throw new AdapterException(
            Kind.RATE_LIMITED, "slow down", Duration.ofSeconds(2), Usage.UNKNOWN, null);
      }
      var unused = new CountDownLatch(1).await(1, TimeUnit.SECONDS);
      return ScriptedAdapter.reply("fine");
    });
    CallResult waited =
        answer(
            run(), request("p", null, Isolation.NONE, null, List.of(), Duration.ofMillis(2_500)));
    assertThat(waited.status()).isEqualTo(CallStatus.DONE);
  }

  @Test
  void whatACallWaitsForIsShown() throws Exception {
    CountDownLatch answering = new CountDownLatch(1);
    provider.will((call, attempt) -> {
      var unused = answering.await(30, TimeUnit.SECONDS);
      return ScriptedAdapter.reply("fine");
    });
    RunContext scope = run(new BudgetLimits(1_000_000L, null));
    InFlightCall first = pipeline.begin(scope, ask("first"));
    InFlightCall second = pipeline.begin(scope, ask("second"));

    assertThat(events.waits).hasSize(1);
    assertThat(events.waits.get(0)).startsWith("the first call of its kind to scripted");
    List<CallRecord> calls = store.reader().calls(scope.runId());
    while (calls.size() < 2 || calls.get(1).waiting() == null) {
      var unused = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
      calls = store.reader().calls(scope.runId());
    }
    assertThat(calls.get(1).waiting()).extracting(CallWait::reason).isEqualTo(events.waits.get(0));
    assertThat(store.reader().calls(scope.runId()).get(0).waiting()).isNull();

    answering.countDown();
    first.outcome().join();
    second.outcome().join();
    assertThat(store.reader().calls(scope.runId()).get(1).waiting()).isNull();
  }

  @Test
  void aWaitThatIsLongerThanTheCallsTimeIsToldAtOnce() {
    provider.will((call, attempt) -> {
      throw new AdapterException(
          Kind.RATE_LIMITED, "come back tomorrow", Duration.ofHours(9), Usage.UNKNOWN, null);
    });
    CallResult refused = answer(run(), ask("first"));
    assertThat(refused.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(refused.error()).isEqualTo("come back tomorrow");
    CallResult next = answer(run(), ask("second"));
    assertThat(next.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(next.error()).contains("scripted", "no calls for another");
    assertThat(provider.prompts()).hasSize(1);
  }

  @Test
  void anAnswerThatBreaksItsSchemaIsCorrectedOnce() {
    provider.will(
        (call, attempt) -> ScriptedAdapter.reply(attempt == 1 ? "{\"n\":\"x\"}" : "{\"n\":1}"));
    CallResult result = answer(run(), request("p", SCHEMA, Isolation.NONE, null, List.of(), null));
    assertThat(result.status()).isEqualTo(CallStatus.DONE);
    assertThat(result.valueJson()).isEqualTo("{\"n\":1}");
    assertThat(result.validation().attempts()).isEqualTo(2);
    assertThat(result.usage().inputTokens()).as("both tries are paid for").isEqualTo(6);
    assertThat(result.usage().estimatedCostUsd()).isEqualByComparingTo("0.02");
    assertThat(provider.prompts().get(1)).startsWith("p").contains("/n");
  }

  @Test
  void afterTheSecondWrongAnswerTheCallEndsWithWhatWasWrong() {
    provider.will((call, attempt) -> ScriptedAdapter.reply("no JSON at all"));
    CallResult result = answer(run(), request("p", SCHEMA, Isolation.NONE, null, List.of(), null));
    assertThat(result.status()).isEqualTo(CallStatus.SCHEMA_FAILED);
    assertThat(result.validation().status()).isEqualTo(ValidationStatus.INVALID);
    assertThat(result.validation().errors()).isNotEmpty();
    assertThat(provider.prompts()).hasSize(2);
  }

  @Test
  void aMutatingCallIsNotAskedTwiceForABetterAnswer() {
    provider.will((call, attempt) -> ScriptedAdapter.reply("no JSON at all"));
    CallResult result =
        answer(run(), request("p", SCHEMA, Isolation.NONE, null, List.of("src"), null));
    assertThat(result.status()).isEqualTo(CallStatus.SCHEMA_FAILED);
    assertThat(provider.prompts()).hasSize(1);
  }

  @Test
  void anInvalidSchemaIsRefusedBeforeAnyProviderIsCalled() {
    CallOutcome outcome =
        pipeline
            .begin(
                run(), request("p", "{\"type\":\"strin\"}", Isolation.NONE, null, List.of(), null))
            .outcome()
            .join();
    assertThat(outcome).isInstanceOf(CallOutcome.Misused.class);
    assertThat(provider.prompts()).isEmpty();
  }

  @Test
  void aTransientFailureIsTriedAgainAndTheAttemptsAreCounted() {
    provider.will((call, attempt) -> {
      if (attempt < 3) {
        throw new AdapterException(Kind.TRANSIENT, "busy");
      }
      return ScriptedAdapter.reply("at last");
    });
    CallResult result = answer(run(), ask("p"));
    assertThat(result.text()).isEqualTo("at last");
    assertThat(stored(result).attempts().count()).isEqualTo(3);
  }

  @Test
  void aMutatingCallIsNotSentTwice() {
    provider.will((call, attempt) -> {
      throw new AdapterException(Kind.TRANSIENT, "connection lost");
    });
    CallResult result =
        answer(run(), request("p", null, Isolation.NONE, null, List.of("src"), null));
    assertThat(result.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(provider.prompts()).hasSize(1);
  }

  @Test
  void aCallOverItsTimeEndsAsTimeoutAndItsAdapterIsInterrupted() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    provider.will((call, attempt) -> {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.countDown();
        throw e;
      }
      throw new AssertionError("not reached");
    });
    CallResult result =
        answer(run(), request("p", null, Isolation.NONE, null, List.of(), Duration.ofSeconds(1)));
    assertThat(result.status()).isEqualTo(CallStatus.TIMEOUT);
    assertThat(result.error()).contains("1 s");
    assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aCancelledCallIsInterruptedAndRecordedAsCancelled() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    provider.will((call, attempt) -> {
      asked.countDown();
      new CountDownLatch(1).await();
      throw new AssertionError("not reached");
    });
    InFlightCall call = pipeline.begin(run(), ask("p"));
    assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
    call.cancel("not wanted any more");
    CallOutcome outcome = call.outcome().get(10, TimeUnit.SECONDS);
    CallResult result = ((CallOutcome.Answered) outcome).result();
    assertThat(result.status()).isEqualTo(CallStatus.CANCELLED);
    assertThat(stored(result).status()).isEqualTo(CallStatus.CANCELLED);
  }

  @Test
  void aCallThatIsCancelledBetweenTwoAttemptsEndsAtOnce() throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    provider.will((call, attempt) -> {
      failed.countDown();
      throw new AdapterException(
          Kind.TRANSIENT, "busy", Duration.ofHours(1), dev.agentworkflows.spi.Usage.UNKNOWN, null);
    });
    InFlightCall call =
        pipeline.begin(
            run(), request("p", null, Isolation.NONE, null, List.of(), Duration.ofHours(2)));
    assertThat(failed.await(5, TimeUnit.SECONDS)).isTrue();
    call.cancel("not wanted any more");
    CallOutcome outcome = call.outcome().get(10, TimeUnit.SECONDS);
    assertThat(((CallOutcome.Answered) outcome).result().status()).isEqualTo(CallStatus.CANCELLED);
  }

  @Test
  void anUnknownProviderEndsTheCallAndNamesTheKnownOnes() {
    CallRequest unknown = Requests.of("p").providers(List.of("nobody")).build();
    CallResult result = answer(run(), unknown);
    assertThat(result.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(result.error()).contains("'nobody'").contains("scripted");
  }

  @Test
  void anEmptyNameOfAProviderOrAModelIsNone() {
    CallRequest empty = Requests.of("p").model(" ").providers(List.of("")).build();
    CallRecord record = stored(answer(run(), empty));
    assertThat(record.status()).isEqualTo(CallStatus.DONE);
    assertThat(record.cache().key()).isEqualTo(stored(answer(run(), ask("p"))).cache().key());
  }

  @Test
  void anAdapterThatBreaksIsToldAsAFailureOfTheCall() {
    provider.will((call, attempt) -> {
      throw new IllegalStateException("a fault of the adapter");
    });
    CallResult result = answer(run(), ask("p"));
    assertThat(result.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(result.error()).contains("a fault of the adapter");
  }

  @Test
  void overTheBudgetNothingIsSentAndTheCallIsRecordedSo() {
    RunContext scope = run(new BudgetLimits(10L, null));
    answer(scope, ask("one"));
    CallOutcome outcome = pipeline.begin(scope, ask("two")).outcome().join();
    assertThat(outcome).isInstanceOf(CallOutcome.OverBudget.class);
    assertThat(provider.prompts()).containsExactly("one");
    assertThat(store.reader().calls("run_20261122_143201_000001"))
        .extracting(CallRecord::status)
        .containsExactly(CallStatus.DONE, CallStatus.BUDGET_EXCEEDED);
  }

  @Test
  void aKeyIsWrittenNowhereNeitherFromThePromptNorFromTheAnswer() {
    provider.will((call, attempt) -> ScriptedAdapter.reply("you said sk-0123456789"));
    CallResult result = answer(run(), ask("my key is sk-0123456789"));
    assertThat(result.text()).isEqualTo("you said [redacted:SCRIPTED_KEY]");
    var texts = store.reader().texts(result.callId()).orElseThrow();
    assertThat(texts.prompt()).isEqualTo("my key is [redacted:SCRIPTED_KEY]");
    assertThat(texts.text()).doesNotContain("sk-0123456789");
    assertThat(provider.prompts())
        .as("the provider gets what the script said")
        .contains("my key is sk-0123456789");
  }

  @Test
  void whatCannotBeStoredIsNeverToldAsDone() {
    RunContext scope = run();
    store.close();
    CallOutcome outcome =
        pipeline
            .begin(scope, request("p", null, Isolation.NONE, CachePolicy.REFRESH, List.of(), null))
            .outcome()
            .join();
    CallResult result = ((CallOutcome.Answered) outcome).result();
    assertThat(result.status()).isEqualTo(CallStatus.FAILED);
    assertThat(result.error()).contains("could not be stored");
    assertThat(result.text()).isNull();
  }

  @Test
  void whileNothingCanBeStoredNothingIsPaidFor() throws Exception {
    RunContext scope = run();
    Path trigger = directory.resolve("workflow.sqlite");
    refuseCalls(trigger, true);
    for (int i = 0; i < 20; i++) {
      assertThat(answer(scope, ask("during " + i)).error()).contains("could not be stored");
    }
    assertThat(provider.prompts()).as("one could be on its way").hasSizeLessThan(2);

    refuseCalls(trigger, false);
    answer(scope, ask("the first one after it finds out"));
    assertThat(answer(scope, ask("after")).status()).isEqualTo(CallStatus.DONE);
    assertThat(provider.prompts()).contains("after");
  }

  /** Another process's doing, which this one's writes meet. */
  private static void refuseCalls(Path database, boolean refuse) throws Exception {
    try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + database);
        var statement = connection.createStatement()) {
      statement.execute(
          refuse
              ? "CREATE TRIGGER full BEFORE INSERT ON call BEGIN SELECT RAISE(ABORT, 'full'); END"
              : "DROP TRIGGER full");
    }
  }

  private static RequestedOptions options(
      @Nullable String system, @Nullable Effort effort, String... files) {
    return new RequestedOptions(system, effort, null, null, List.of(files));
  }

  @Test
  void whatAProviderHasNotIsRefusedBeforeItIsAsked() throws Exception {
    Files.writeString(directory.resolve("a.pdf"), "%PDF-1.7");
    provider.learn(Capability.IMAGES);
    CallResult system = answer(run(), Requests.with(ask("p"), options("be brief", null)));
    CallResult pdf = answer(run(), Requests.with(ask("p"), options(null, null, "a.pdf")));
    assertThat(system.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(system.error()).isEqualTo("scripted takes no system text. Leave it out");
    assertThat(pdf.error()).isEqualTo("scripted takes no PDFs among files ('a.pdf'). Leave it out");
    assertThat(provider.prompts()).isEmpty();
  }

  @Test
  void effortThatAProviderHasNotIsLeftOutAndToldOnce() {
    RunContext scope = run();
    answer(scope, Requests.with(ask("p"), options(null, Effort.HIGH)));
    answer(scope, Requests.with(ask("q"), options(null, Effort.LOW)));
    assertThat(provider.prompts()).hasSize(2);
    assertThat(events.warnings)
        .containsExactly("scripted takes no effort: its calls go out as if none was asked for");
  }

  @Test
  void optionsArriveAndAreAPartOfTheKey() throws Exception {
    Files.writeString(directory.resolve("a.txt"), "words");
    provider.learn(Capability.SYSTEM, Capability.EFFORT);
    List<CallOptions> seen = new ArrayList<>();
    provider.will((call, attempt) -> {
      seen.add(call.options());
      return ScriptedAdapter.reply(call.prompt());
    });
    CallRequest request = Requests.with(ask("p"), options("be brief", Effort.MAX, "a.txt"));
    CallResult first = answer(run(), request);
    assertThat(first.text()).isEqualTo("<file path=\"a.txt\">\nwords\n</file>\n\np");
    assertThat(seen)
        .containsExactly(new CallOptions("be brief", Effort.MAX, null, List.of(), List.of()));
    assertThat(answer(run(), request).cacheStatus()).isEqualTo(CacheStatus.HIT);
    Files.writeString(directory.resolve("a.txt"), "other words");
    assertThat(answer(run(), request).cacheStatus()).isEqualTo(CacheStatus.MISS);
    assertThat(answer(run(), ask("p")).cacheStatus()).isEqualTo(CacheStatus.MISS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"prompt", "Chinese", "schema", "system", "file"})
  void aRateInTokensCountsAllThatIsRead(String where) throws Exception {
    pipeline.close();
    pipeline =
        pipeline(AllowedWorkspaces.any(), Map.of("OWF_PROVIDER_SCRIPTED_TOKENS_PER_MINUTE", "60"));
    provider.learn(Capability.SYSTEM, Capability.NATIVE_SCHEMA);
    CountDownLatch end = new CountDownLatch(1);
    provider.will((call, attempt) -> {
      end.await();
      return ScriptedAdapter.reply("\"fine\"");
    });
    String words = "word ".repeat(4_000);
    Files.writeString(directory.resolve("words.txt"), words);
    CallRequest first =
        switch (where) {
          case "prompt" -> ask(words);
          case "Chinese" -> ask("你好吗");
          case "schema" ->
              request(
                  "p",
                  "{\"type\": \"string\", \"description\": \"%s\"}".formatted(words),
                  Isolation.NONE,
                  null,
                  List.of(),
                  null);
          case "system" -> Requests.with(ask("p"), options(words, null));
          default -> Requests.with(ask("p"), options(null, null, "words.txt"));
        };
    RunContext scope = run();
    InFlightCall out = pipeline.begin(scope, first);
    InFlightCall second = pipeline.begin(scope, ask("q"));
    while (events.waits.isEmpty() && provider.prompts().size() < 2) {
      var unused = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
    assertThat(events.waits).containsExactly("its turn at scripted (rate limit)");
    end.countDown();
    second.cancel("seen");
    out.outcome().join();
    second.outcome().join();
  }

  @Test
  void aFileThatIsNotThereIsMisuse() {
    CallOutcome outcome =
        pipeline
            .begin(run(), Requests.with(ask("p"), options(null, null, "none")))
            .outcome()
            .join();
    assertThat(outcome)
        .isEqualTo(
            new CallOutcome.Misused("files: 'none' can't be read: no such file or directory"));
  }

  @Test
  void aSecretOfAServerIsStoredNowhere() {
    provider.learn(Capability.MCP_SERVERS);
    provider.will((call, attempt) -> ScriptedAdapter.reply("the token is inline-0123456789"));
    String servers =
        "{\"x\":{\"url\":\"https://h\",\"headers\":{\"Authorization\":\"Bearer"
            + " inline-0123456789\"}}}";
    CallResult result =
        answer(
            run(),
            Requests.with(ask("p"), new RequestedOptions(null, null, null, servers, List.of())));
    assertThat(result.text())
        .isEqualTo("the token is [redacted:mcp_servers.x.headers.Authorization]");
    assertThat(stored(result).cache().keyPartsJson())
        .contains("mcp_servers")
        .doesNotContain("inline");
  }

  @Test
  void anAgentsOwnLimitIsWhatIsSetAside() {
    provider.learn(Capability.COST_LIMIT, Capability.REPORTS_COST);
    List<Optional<BigDecimal>> limits = new ArrayList<>();
    RunContext scope = run(new BudgetLimits(null, BigDecimal.ONE));
    for (int i = 0; i < 3; i++) {
      provider.willTell(context -> limits.add(context.maxCostUsd()));
      answer(scope, ask("p" + i));
    }
    // The first is alone and unknown: all of it. Later ones: what such calls may take (twice the
    // dearest, 0.02), and half of what is free then.
    assertThat(limits.get(0).orElseThrow()).isEqualByComparingTo("1");
    assertThat(limits.get(1).orElseThrow()).isEqualByComparingTo("0.505");
    assertThat(limits.get(2).orElseThrow()).isEqualByComparingTo("0.50");
    provider.willTell(context -> limits.add(context.maxCostUsd()));
    answer(run(), ask("q"));
    assertThat(limits.get(3)).isEmpty();
  }
}
