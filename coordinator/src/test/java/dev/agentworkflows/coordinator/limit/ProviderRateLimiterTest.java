package dev.agentworkflows.coordinator.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.agentworkflows.coordinator.limit.ProviderRateLimiter.ClosedException;
import dev.agentworkflows.coordinator.limit.ProviderRateLimiter.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderRateLimiterTest {

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final VirtualTime time = new VirtualTime();

  private ProviderRateLimiter pace(long requestsPerMinute, long tokensPerMinute) {
    return new ProviderRateLimiter(requestsPerMinute, tokensPerMinute, time::nanos, time::after);
  }

  private List<Double> leavings(ProviderRateLimiter pace, int calls, long promptTokens) {
    List<Double> leavings = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      pace.turn(promptTokens, PATIENCE).thenAccept(turn -> leavings.add(time.seconds()));
    }
    return leavings;
  }

  @Test
  void withoutLimitsEverybodyGoesAtOnce() {
    ProviderRateLimiter pace = pace(0, 0);

    for (int i = 0; i < 1_000; i++) {
      assertThat(pace.turn(1_000_000, PATIENCE)).isDone();
    }
  }

  @Test
  void requestsAreSpreadOverTheMinute() {
    List<Double> leavings = leavings(pace(60, 0), 4, 10);

    time.passWhileAnythingHappens();

    assertThat(leavings).hasSize(4);
    assertThat(leavings.get(3) - leavings.get(0)).isBetween(2.99, 3.01);
    assertThat(leavings.get(1) - leavings.get(0)).isBetween(0.99, 1.01);
  }

  @Test
  void timeThatNobodyUsedIsNotSavedUp() {
    ProviderRateLimiter pace = pace(60, 0);
    leavings(pace, 1, 10);
    time.pass(Duration.ofMinutes(5));

    List<Double> leavings = leavings(pace, 2, 10);
    time.passWhileAnythingHappens();

    assertThat(leavings.get(1) - leavings.get(0)).isBetween(0.99, 1.01);
  }

  @Test
  void promptsTakeTheirShareOfTheTokensPerMinute() {
    List<Double> leavings = leavings(pace(0, 60_000), 3, 2_000);

    time.passWhileAnythingHappens();

    assertThat(leavings.get(1) - leavings.get(0)).isBetween(1.99, 2.01);
    assertThat(leavings.get(2) - leavings.get(1)).isBetween(1.99, 2.01);
  }

  @Test
  void whatAnAnswerTookBeyondItsPromptKeepsTheNextOneWaiting() throws Exception {
    ProviderRateLimiter pace = pace(0, 60_000);
    pace.turn(0, PATIENCE).get().onAccepted(5_000);
    double answered = time.seconds();

    List<Double> leavings = leavings(pace, 1, 0);
    time.passWhileAnythingHappens();

    assertThat(leavings.get(0) - answered).isBetween(4.99, 5.01);
  }

  @Test
  void theTokensOfAnswersAreReckonedWithBeforehand() throws Exception {
    ProviderRateLimiter pace = pace(0, 60_000);
    for (int i = 0; i < 30; i++) {
      CompletableFuture<Grant> turn = pace.turn(0, PATIENCE);
      time.passWhileAnythingHappens();
      turn.get().onAccepted(1_000);
    }

    List<Double> leavings = leavings(pace, 3, 0);
    time.passWhileAnythingHappens();

    assertThat(leavings.get(2) - leavings.get(1)).isBetween(0.9, 1.1);
  }

  @Test
  void oneRefusalClosesForAll() throws Exception {
    ProviderRateLimiter pace = pace(0, 0);
    Grant refused = pace.turn(1, PATIENCE).get();
    refused.onThrottled(Duration.ofSeconds(7));
    double then = time.seconds();

    List<Double> leavings = leavings(pace, 2, 1);
    assertThat(leavings).isEmpty();
    time.passWhileAnythingHappens();

    assertThat(leavings.get(0) - then).isBetween(6.99, 7.01);
  }

  @Test
  void aProviderThatDoesNotSayHowLongIsLeftAloneLongerEachTime() throws Exception {
    ProviderRateLimiter pace = pace(0, 0);
    List<Double> pauses = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      CompletableFuture<Grant> turn = pace.turn(1, PATIENCE);
      double before = time.seconds();
      time.passWhileAnythingHappens();
      pauses.add(time.seconds() - before);
      turn.get().onThrottled(null);
    }

    assertThat(pauses.subList(4, 9)).isSorted();
    assertThat(pauses.get(8)).isBetween(31.9, 65.0);
  }

  @Test
  void refusalsThatWereOnTheirWayTogetherCountOnce() throws Exception {
    ProviderRateLimiter pace = pace(0, 0);
    List<Grant> out = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      out.add(pace.turn(1, PATIENCE).get());
    }
    time.pass(Duration.ofMillis(10));
    out.forEach(turn -> turn.onThrottled(null));
    double then = time.seconds();

    List<Double> leavings = leavings(pace, 1, 1);
    time.passWhileAnythingHappens();

    assertThat(leavings.get(0) - then).isLessThan(1.5);
  }

  @Test
  void whoCannotWaitSoLongIsTold() throws Exception {
    ProviderRateLimiter pace = pace(0, 0);
    pace.turn(1, PATIENCE).get().onThrottled(Duration.ofSeconds(1));
    CompletableFuture<Grant> waiting = pace.turn(1, PATIENCE);
    CompletableFuture<Grant> patient = pace.turn(1, Duration.ofHours(2));
    pace.pauseFor(Duration.ofHours(1));

    assertThat(catchThrowable(waiting::get)).hasCauseInstanceOf(ClosedException.class);
    assertThat(catchThrowable(() -> pace.turn(1, PATIENCE).get()))
        .hasCauseInstanceOf(ClosedException.class);
    assertThat(patient).isNotDone();
    time.passWhileAnythingHappens();
    assertThat(patient).isDone();
  }

  @Test
  void whoGaveUpWaitingTakesNobodysTurn() {
    ProviderRateLimiter pace = pace(60, 0);
    leavings(pace, 1, 1);
    pace.turn(1, PATIENCE).cancel(true);

    List<Double> leavings = leavings(pace, 1, 1);
    double now = time.seconds();
    time.passWhileAnythingHappens();

    assertThat(leavings.get(0) - now).isLessThan(1.01);
  }

  @Test
  void anAbsurdWaitIsADayAtMost() throws Exception {
    ProviderRateLimiter pace = pace(0, 0);
    pace.pauseFor(Duration.ofSeconds(Long.MAX_VALUE));

    CompletableFuture<Grant> turn = pace.turn(1, Duration.ofDays(3));
    time.pass(Duration.ofHours(25));

    assertThat(turn).isDone();
  }

  @Test
  void aThousandCallsFindTheRateOfAnEndpointOfTwentyASecond() {
    SimulatedEndpoint endpoint = new SimulatedEndpoint(time, 20, Duration.ofSeconds(1));

    endpoint.ask(pace(0, 0), 1_000, 8);
    time.passWhileAnythingHappens();

    assertThat(endpoint.answered()).isEqualTo(1_000);
    assertThat(endpoint.refused()).isLessThan(50);
    assertThat(endpoint.mostRefusalsOfOne()).isLessThan(3);
    assertThat(time.seconds()).isLessThan(80);
  }

  @Test
  void manyAtOnceFindItAsWell() {
    SimulatedEndpoint endpoint = new SimulatedEndpoint(time, 20, Duration.ofSeconds(1));

    endpoint.ask(pace(0, 0), 1_000, 100);
    time.passWhileAnythingHappens();

    assertThat(endpoint.answered()).isEqualTo(1_000);
    assertThat(endpoint.refused()).isLessThan(150);
    assertThat(endpoint.mostRefusalsOfOne()).isLessThan(4);
    assertThat(time.seconds()).isLessThan(80);
  }

  @Test
  void anEndpointThatDoesNotSayHowLongToWaitIsFoundOutToo() {
    SimulatedEndpoint endpoint = new SimulatedEndpoint(time, 20, null);

    endpoint.ask(pace(0, 0), 1_000, 8);
    time.passWhileAnythingHappens();

    assertThat(endpoint.answered()).isEqualTo(1_000);
    assertThat(endpoint.refused()).isLessThan(50);
    assertThat(endpoint.mostRefusalsOfOne()).isLessThan(4);
    assertThat(time.seconds()).isLessThan(90);
  }

  @Test
  void aPaceThatWasSetIsRefusedNothing() {
    SimulatedEndpoint endpoint = new SimulatedEndpoint(time, 20, null);

    endpoint.ask(pace(1_140, 0), 1_000, 8);
    time.passWhileAnythingHappens();

    assertThat(endpoint.answered()).isEqualTo(1_000);
    assertThat(endpoint.refused()).isZero();
    assertThat(time.seconds()).isBetween(52.0, 54.0);
  }

  @ParameterizedTest(name = "{0} a second, {1} at once, Retry-After {2} s")
  @CsvSource({"2, 8, 1", "2, 100, 1", "5, 8, 0", "5, 100, 1", "5, 100, 0"})
  void lowLimitsAreFoundToo(int limit, int concurrency, int seconds) {
    SimulatedEndpoint endpoint =
        new SimulatedEndpoint(time, limit, seconds == 0 ? null : Duration.ofSeconds(seconds));

    endpoint.ask(pace(0, 0), 50 * limit, concurrency);
    time.passWhileAnythingHappens();

    assertThat(endpoint.answered()).isEqualTo(50 * limit);
    assertThat(endpoint.refused()).isLessThan(concurrency + 60);
    assertThat(endpoint.mostRefusalsOfOne()).isLessThan(5);
    assertThat(time.seconds()).isLessThan(80);
  }

  @Test
  void waitsThatWereSaidTogetherCountAsOneInARow() throws Exception {
    ProviderRateLimiter pace = pace(0, 0);
    List<Grant> together = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      together.add(pace.turn(1, PATIENCE).get());
    }
    time.pass(Duration.ofMillis(10));
    together.forEach(turn -> turn.onThrottled(Duration.ofSeconds(1)));
    time.pass(Duration.ofSeconds(2));
    Grant next = pace.turn(1, PATIENCE).get();
    time.pass(Duration.ofMillis(10));

    next.onThrottled(null);

    assertThat(pace.closedFor()).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }
}
