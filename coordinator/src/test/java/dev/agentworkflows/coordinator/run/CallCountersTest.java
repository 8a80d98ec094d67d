package dev.agentworkflows.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.run.CallCounters.Ending;
import dev.agentworkflows.coordinator.run.RunSnapshot.Counts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class CallCountersTest {

  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private final CallCounters board = new CallCounters(Clock.fixed(NOON, ZoneOffset.UTC));

  private RunSnapshot snapshot() {
    return board.snapshot(Spending.NONE, BudgetLimits.NONE);
  }

  private void out(int call, Instant since) {
    board.out("r_call_%04d".formatted(call), null, "p", since);
  }

  @Test
  void aCallWaitsUntilItIsOutAndWhenItIsBack() {
    board.begun("p");
    assertThat(snapshot().calls()).isEqualTo(new Counts(0, 1, 0, 0, 0, 0));

    out(1, NOON);
    assertThat(snapshot().calls()).isEqualTo(new Counts(1, 0, 0, 0, 0, 0));

    board.back("r_call_0001");
    assertThat(snapshot().calls()).isEqualTo(new Counts(0, 1, 0, 0, 0, 0));

    board.over("r_call_0001");
    board.ended("p", Ending.DONE);
    assertThat(snapshot().calls()).isEqualTo(new Counts(0, 0, 1, 0, 0, 0));
    assertThat(snapshot().oldest()).isEmpty();
  }

  @Test
  void callsAreCountedInTheirPhaseAndMisuseIsNone() {
    board.begun("a");
    board.begun(null);
    board.begun("a");
    board.ended("a", Ending.CACHED);
    board.ended("a", Ending.NONE);

    assertThat(snapshot().phases())
        .containsExactly(
            new RunSnapshot.Phase("a", new Counts(0, 0, 0, 1, 0, 0)),
            new RunSnapshot.Phase(null, new Counts(0, 1, 0, 0, 0, 0)));
    assertThat(snapshot().calls()).isEqualTo(new Counts(0, 1, 0, 1, 0, 0));
  }

  @Test
  void theOldestCallsComeFirstAndATryMoreDoesNotMakeACallYounger() {
    out(2, NOON.minusSeconds(60));
    out(1, NOON.minusSeconds(30));
    board.back("r_call_0002");
    out(2, NOON);

    assertThat(snapshot().oldest())
        .extracting(RunSnapshot.Out::label, RunSnapshot.Out::age)
        .containsExactly(
            tuple("call 2", Duration.ofSeconds(60)), tuple("call 1", Duration.ofSeconds(30)));
  }

  @Test
  void aRefusedCallTellsWhenItGoesOutAgainUntilItDoes() {
    out(1, NOON.minusSeconds(5));
    board.progressed("r_call_0001", "reading");
    board.back("r_call_0001");
    board.retrying("r_call_0001", "HTTP 529", NOON.plusSeconds(4));

    assertThat(snapshot().oldest().get(0).retry()).isEqualTo("again in 4 s: HTTP 529");
    assertThat(snapshot().retries()).isEqualTo(1);

    out(1, NOON);
    assertThat(snapshot().oldest().get(0).retry()).isNull();
    assertThat(snapshot().oldest().get(0).saying()).isEqualTo("reading");
  }

  /** Whoever reads the store alone never hears that a call is back, or out again. */
  @Test
  void aRetryThatMustHaveGoneOutIsNotToldAnyMore() {
    out(1, NOON.minusSeconds(5));
    board.retrying("r_call_0001", "HTTP 529", NOON.minusSeconds(1));

    assertThat(snapshot().oldest().get(0).retry()).isNull();
  }

  @Test
  void whatCallsWaitForIsToldUntilTheyAreOutOrOver() {
    board.waiting("r_call_0001", "a free place at x", NOON.minusSeconds(9));
    board.waiting("r_call_0002", "a free place at x", NOON.minusSeconds(4));
    board.waiting("r_call_0003", "budget", NOON.minusSeconds(1));
    board.waiting("r_call_0004", "budget", NOON.minusSeconds(1));
    board.over("r_call_0004");

    assertThat(snapshot().waits())
        .containsExactly(
            new RunSnapshot.Waiting("a free place at x", 2, Duration.ofSeconds(9)),
            new RunSnapshot.Waiting("budget", 1, Duration.ofSeconds(1)));

    out(1, NOON);
    board.waiting("r_call_0002", "budget", NOON);
    assertThat(snapshot().waits())
        .containsExactly(new RunSnapshot.Waiting("budget", 2, Duration.ofSeconds(1)));
  }

  @Test
  void aCancelledCallIsNoFailedOne() {
    board.begun("p");
    board.ended("p", Ending.CANCELLED);

    assertThat(snapshot().calls()).isEqualTo(new Counts(0, 0, 0, 0, 0, 1));
    assertThat(snapshot().calls().over()).isEqualTo(1);
  }

  @Test
  void aProvidersPauseIsToldUntilItIsOver() {
    board.pausing("openai", NOON.plusSeconds(12));
    board.pausing("openai", NOON.plusSeconds(3));
    board.pausing("gemini", NOON);

    assertThat(snapshot().pauses())
        .containsExactly(new RunSnapshot.Pause("openai", Duration.ofSeconds(12)));
  }

  @Test
  void aLookIsNoLargerForTenThousandCallsInAThousandPhases() {
    for (int i = 1; i <= 10_000; i++) {
      board.begun("phase " + i % 1_000);
      board.out("r_call_%04d".formatted(i), "label", "phase " + i % 1_000, NOON);
    }

    assertThat(snapshot().oldest()).hasSize(50);
    assertThat(snapshot().phases()).hasSizeLessThanOrEqualTo(201);
    assertThat(snapshot().phases().stream().mapToInt(phase -> phase.calls().running()).sum())
        .isEqualTo(10_000);
  }
}
