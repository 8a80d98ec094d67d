package dev.agentworkflows.coordinator.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.testing.MutableClock;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.coordinator.testing.Requests;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.spi.UsageLimit;
import dev.agentworkflows.spi.UsageWindow;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.CallWait;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls through a real store to a login with a usage limit, by a clock that the test sets. */
@Timeout(120)
class UsageLimitTest {

  private static final Duration WINDOW = Duration.ofHours(5);
  private static final Duration PATIENCE = Duration.ofHours(6);

  @TempDir private Path directory;

  private final ScriptedAdapter provider = new ScriptedAdapter(8);
  private final RecordedEvents events = new RecordedEvents();
  private final MutableClock clock = new MutableClock(Instant.parse("2026-11-29T12:00:00Z"));
  private Store store;
  private CallPipeline pipeline;
  private int runs;

  @BeforeEach
  void open() {
    store = Store.open(directory.resolve("workflow.sqlite"));
    pipeline =
        new CallPipeline(
            store,
            Providers.of(List.of(provider), Map.of("OWF_PROVIDER_SECOND_KIND", "scripted")),
            Prices.of(Map.of("HOME", directory.toString())),
            new Worktrees(System.getenv(), AllowedWorkspaces.any(), directory),
            new Redactor(Map.of()),
            new SharedLimits(clock),
            clock,
            new Random(1));
  }

  @AfterEach
  void close() {
    pipeline.close();
    store.close();
  }

  private RunContext run(Duration patience) {
    return run("scripted", patience);
  }

  private RunContext run(String providerName, Duration patience) {
    String id = "run_20261129_120000_%06x".formatted(++runs);
    store.writer().addRun(Records.run(id).status(RunStatus.RUNNING).build()).join();
    return new RunContext(
        id,
        providerName,
        null,
        CachePolicy.AUTO,
        Duration.ofSeconds(10),
        patience,
        directory,
        directory,
        events,
        new BudgetLedger(BudgetLimits.NONE),
        new Occurrences());
  }

  private InFlightCall begin(RunContext run, String prompt, String... writeScope) {
    return pipeline.begin(run, Requests.of(prompt).writeScope(List.of(writeScope)).build());
  }

  private static CallResult result(InFlightCall call) {
    return ((CallOutcome.Answered) call.outcome().join()).result();
  }

  private static AdapterException limited(@Nullable Instant resetsAt, boolean nothingBegan) {
    return AdapterException.usageLimited(
        "You've hit your limit", UsageLimit.until(resetsAt, nothingBegan), Usage.of(0, 0));
  }

  /** What one login answers in a window, and then not until the reset. */
  private final class Login implements ScriptedAdapter.Script {
    private final int answersOfTheWindow;
    private final Instant resetsAt = clock.instant().plus(WINDOW);
    final Map<String, Integer> paid = new ConcurrentHashMap<>();
    final AtomicInteger refused = new AtomicInteger();
    final AtomicInteger refusedAlthoughKnown = new AtomicInteger();
    private final CountDownLatch allBegun = new CountDownLatch(1);
    private int answered;

    Login(int answersOfTheWindow) {
      this.answersOfTheWindow = answersOfTheWindow;
    }

    @Override
    public AgentReply answer(AgentCall call, int attempt)
        throws AdapterException, InterruptedException {
      allBegun.await(); // So that the others stand in the queue when the limit is reached.
      synchronized (this) {
        if (clock.instant().isBefore(resetsAt) && answered >= answersOfTheWindow) {
          refused.incrementAndGet();
          if (attempt > 1 || !events.outBeforeLimits.contains(call.callId())) {
            refusedAlthoughKnown.incrementAndGet();
          }
          throw limited(resetsAt, true);
        }
        answered++;
      }
      paid.merge(call.prompt(), 1, Integer::sum);
      return ScriptedAdapter.reply("answer to " + call.prompt());
    }
  }

  private List<InFlightCall> twoHundredCalls() {
    RunContext first = run(PATIENCE);
    RunContext second = run(PATIENCE);
    List<InFlightCall> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(begin(first, "first " + i));
      calls.add(begin(second, "second " + i));
    }
    return calls;
  }

  private void awaitWaiting(int calls) throws InterruptedException {
    while (waiting() < calls) {
      var unused = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
  }

  private long waiting() {
    long count = 0;
    for (int run = 1; run <= runs; run++) {
      count +=
          store.reader().calls("run_20261129_120000_%06x".formatted(run)).stream()
              .map(CallRecord::waiting)
              .filter(wait -> wait != null && wait.reason().contains("usage limit"))
              .count();
    }
    return count;
  }

  @Test
  void whoWaitsForTheFirstAnswersAfterTheResetIsShownSo() throws Exception {
    Instant resetsAt = clock.instant().plus(WINDOW);
    CountDownLatch answer = new CountDownLatch(1);
    provider.will((call, attempt) -> {
      if (clock.instant().isBefore(resetsAt)) {
        throw limited(resetsAt, true);
      }
      answer.await();
      return ScriptedAdapter.reply("fine");
    });
    RunContext run = run(PATIENCE);
    List<InFlightCall> calls = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      calls.add(begin(run, "call " + i));
    }
    awaitWaiting(5);
    clock.advance(WINDOW.plusSeconds(1));
    List<CallWait> left = waits(run);
    while (left.stream().filter(wait -> wait.reason().contains("the first answers")).count() < 3) {
      var unused = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
      left = waits(run);
    }
    assertThat(left)
        .hasSize(3)
        .allMatch(
            wait -> wait.reason().equals("the first answers of scripted after its usage limit"))
        .allMatch(wait -> wait.until() == null);
    answer.countDown();
    assertThat(calls).allMatch(call -> result(call).status() == CallStatus.DONE);
  }

  private List<CallWait> waits(RunContext run) {
    return store.reader().calls(run.runId()).stream()
        .map(CallRecord::waiting)
        .filter(Objects::nonNull)
        .toList();
  }

  @Test
  void allCallsAreDoneAfterTheResetAndNoneIsPaidTwice() throws Exception {
    Login login = new Login(49);
    provider.will(login);
    twoHundredCalls();
    login.allBegun.countDown();
    awaitWaiting(151);
    assertThat(login.paid).hasSize(49);
    CallWait wait =
        store.reader().calls("run_20261129_120000_000001").stream()
            .map(CallRecord::waiting)
            .filter(one -> one != null)
            .findFirst()
            .orElseThrow();
    assertThat(wait.reason()).startsWith("scripted's usage limit (waiting until ");
    assertThat(wait.until()).isEqualTo(login.resetsAt);
    assertThat(events.limits).hasSize(2).allMatch(one -> one.contains("are waiting until"));

    // The coordinator is killed, and started again while the limit is still reached.
    pipeline.close();
    store.close();
    clock.advance(Duration.ofHours(2));
    open();
    int refusedBefore = login.refused.get();
    List<InFlightCall> calls = twoHundredCalls();
    awaitWaiting(302);
    assertThat(login.refused).hasValue(refusedBefore);

    clock.advance(Duration.ofHours(3));
    calls.forEach(call -> assertThat(result(call).status()).isEqualTo(CallStatus.DONE));
    assertThat(login.paid).hasSize(200);
    assertThat(login.paid.values()).containsOnly(1);
    assertThat(login.refused.get()).isLessThanOrEqualTo(8);
    assertThat(login.refusedAlthoughKnown.get()).isLessThanOrEqualTo(2);
  }

  @Test
  void atMostTwoCallsAreRefusedWhenTheResetIsLate() throws Exception {
    Instant reset = clock.instant().plus(WINDOW);
    provider.will((call, attempt) -> {
      throw limited(clock.instant().isBefore(reset) ? reset : reset.plus(WINDOW), true);
    });
    RunContext run = run(Duration.ofDays(1));
    List<InFlightCall> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(begin(run, "p" + i));
    }
    awaitWaiting(50);
    int before = provider.prompts().size();
    clock.advance(WINDOW);
    while (provider.prompts().size() == before) {
      var unused = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
    awaitWaiting(50);
    assertThat(provider.prompts().size() - before).isLessThanOrEqualTo(2);
    provider.will((call, attempt) -> ScriptedAdapter.reply("fine"));
    clock.advance(WINDOW.plusSeconds(1));
    calls.forEach(call -> assertThat(result(call).text()).isEqualTo("fine"));
  }

  @Test
  void aRunThatDoesNotWaitIsToldTheTime() {
    provider.will((call, attempt) -> {
      throw limited(clock.instant().plus(WINDOW), true);
    });
    RunContext run = run(Duration.ZERO);
    CallResult refused = result(begin(run, "one"));
    assertThat(refused.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(refused.error())
        .matches(
            "scripted has reached its usage limit and takes calls again at .*\\d\\d:\\d\\d; .*");
    assertThat(result(begin(run, "two")).status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(provider.prompts()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"true, DONE, 2", "false, PROVIDER_FAILED, 1"})
  void aMutatingCallGoesAgainOnlyWhenNothingBegan(boolean nothing, CallStatus status, int sent)
      throws Exception {
    CountDownLatch refused = new CountDownLatch(1);
    provider.will((call, attempt) -> {
      if (attempt > 1) {
        return ScriptedAdapter.reply("fine");
      }
      refused.countDown();
      throw limited(clock.instant().plus(WINDOW), nothing);
    });
    InFlightCall call = begin(run(PATIENCE), "edit", "src");
    assertThat(refused.await(10, TimeUnit.SECONDS)).isTrue();
    if (nothing) {
      awaitWaiting(1);
    }
    clock.advance(WINDOW.plusSeconds(1));
    assertThat(result(call).status()).isEqualTo(status);
    assertThat(provider.prompts()).hasSize(sent);
  }

  @Test
  void aCallThatAloneIsRefusedIsGivenUp() throws Exception {
    provider.will((call, attempt) -> {
      throw limited(clock.instant().minusSeconds(1), true);
    });
    InFlightCall call = begin(run(Duration.ofDays(30)), "p");
    while (!call.outcome().isDone()) {
      clock.advance(Duration.ofMinutes(40));
      var unused = new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
    }
    assertThat(result(call).error()).isEqualTo("You've hit your limit");
    assertThat(provider.prompts()).hasSizeLessThanOrEqualTo(11);
  }

  @Test
  void anEmptyAccountIsToldAtOnce() {
    provider.will((call, attempt) -> {
      throw new AdapterException(Kind.EXHAUSTED, "no credit left");
    });
    CallResult failed = result(begin(run(PATIENCE), "p"));
    assertThat(failed.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    assertThat(failed.error()).isEqualTo("no credit left");
    assertThat(provider.prompts()).hasSize(1);
  }

  @Test
  void aCallThatWaitsForALimitIsCancelledAtOnce() throws Exception {
    provider.will((call, attempt) -> {
      throw limited(clock.instant().plus(WINDOW), true);
    });
    InFlightCall call = begin(run(PATIENCE), "p");
    awaitWaiting(1);
    call.cancel("not wanted any more");
    assertThat(result(call).status()).isEqualTo(CallStatus.CANCELLED);
  }

  @Test
  void aLimitHoldsTheCallsOfAllProvidersWithItsLogin() throws Exception {
    provider.will((call, attempt) -> {
      throw limited(clock.instant().plus(WINDOW), true);
    });
    InFlightCall first = begin(run("scripted", PATIENCE), "one");
    awaitWaiting(1);
    InFlightCall second = begin(run("second", PATIENCE), "two");
    awaitWaiting(2);
    assertThat(provider.prompts()).containsExactly("one");
    assertThat(events.limits)
        .satisfiesExactly(
            one -> assertThat(one).startsWith("scripted has reached"),
            two -> assertThat(two).startsWith("second has reached"));

    provider.will((call, attempt) -> ScriptedAdapter.reply("fine"));
    clock.advance(WINDOW);
    assertThat(result(first).text()).isEqualTo("fine");
    assertThat(result(second).text()).isEqualTo("fine");
  }

  private void awaitAsked(int calls) throws InterruptedException {
    while (provider.prompts().size() < calls) {
      var unused = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
  }

  private void tell(double utilization) {
    provider.willTell(context ->
        context.usageWindow(
            new UsageWindow("five_hour", utilization, clock.instant().plus(WINDOW))));
  }

  @Test
  void beforeTheLimitFewerCallsGoOutAtOnceUntilItResets() throws Exception {
    RunContext run = run(PATIENCE);
    tell(0.95);
    result(begin(run, "first"));
    tell(0.96);
    result(begin(run, "second"));
    tell(0.95);
    result(begin(run, "third"));
    assertThat(events.warnings)
        .singleElement()
        .asString()
        .matches(
            "scripted: 95 % of its usage limit five_hour are used. For now 4 of 8 calls to it go"
                + " out at once, fewer as it fills up, until it resets at .*\\d\\d:\\d\\d");

    CountDownLatch answered = new CountDownLatch(1);
    provider.will((call, attempt) -> {
      answered.await();
      return ScriptedAdapter.reply("fine");
    });
    List<InFlightCall> calls = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      calls.add(begin(run, "p" + i));
    }
    awaitAsked(3 + 4);
    var unused = new CountDownLatch(1).await(1500, TimeUnit.MILLISECONDS);
    assertThat(provider.prompts()).hasSize(3 + 4);
    assertThat(events.waits)
        .contains(
            "a free place at scripted (4 at once: 95 % of its usage limit five_hour are used)");

    clock.advance(WINDOW);
    awaitAsked(3 + 8);
    answered.countDown();
    calls.forEach(call -> assertThat(result(call).text()).isEqualTo("fine"));
  }
}
