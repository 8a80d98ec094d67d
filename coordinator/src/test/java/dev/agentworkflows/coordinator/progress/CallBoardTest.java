package dev.agentworkflows.coordinator.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.progress.CallBoard.Ending;
import dev.agentworkflows.coordinator.progress.RunView.Counts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class CallBoardTest {

  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private final CallBoard board = new CallBoard(Clock.fixed(NOON, ZoneOffset.UTC));

  private RunView look() {
    return board.look(Spending.NONE, BudgetLimits.NONE);
  }

  private void out(int call, Instant since) {
    board.out("r_call_%04d".formatted(call), null, "p", since);
  }

  @Test
  void aCallWaitsUntilItIsOutAndWhenItIsBack() {
    board.begun("p");
    assertThat(look().calls()).isEqualTo(new Counts(0, 1, 0, 0, 0));

    out(1, NOON);
    assertThat(look().calls()).isEqualTo(new Counts(1, 0, 0, 0, 0));

    board.back("r_call_0001");
    assertThat(look().calls()).isEqualTo(new Counts(0, 1, 0, 0, 0));

    board.over("r_call_0001");
    board.ended("p", Ending.DONE);
    assertThat(look().calls()).isEqualTo(new Counts(0, 0, 1, 0, 0));
    assertThat(look().oldest()).isEmpty();
  }

  @Test
  void callsAreCountedInTheirPhaseAndMisuseIsNone() {
    board.begun("a");
    board.begun(null);
    board.begun("a");
    board.ended("a", Ending.CACHED);
    board.ended("a", Ending.NONE);

    assertThat(look().phases())
        .containsExactly(
            new RunView.Phase("a", new Counts(0, 0, 0, 1, 0)),
            new RunView.Phase(null, new Counts(0, 1, 0, 0, 0)));
    assertThat(look().calls()).isEqualTo(new Counts(0, 1, 0, 1, 0));
  }

  @Test
  void theOldestCallsComeFirstAndATryMoreDoesNotMakeACallYounger() {
    out(2, NOON.minusSeconds(60));
    out(1, NOON.minusSeconds(30));
    board.back("r_call_0002");
    out(2, NOON);

    assertThat(look().oldest())
        .extracting(RunView.Out::label, RunView.Out::age)
        .containsExactly(
            tuple("call 2", Duration.ofSeconds(60)), tuple("call 1", Duration.ofSeconds(30)));
  }

  @Test
  void aRefusedCallTellsWhenItGoesOutAgainUntilItDoes() {
    out(1, NOON.minusSeconds(5));
    board.says("r_call_0001", "reading");
    board.back("r_call_0001");
    board.retrying("r_call_0001", "HTTP 529", NOON.plusSeconds(4));

    assertThat(look().oldest().get(0).retry()).isEqualTo("again in 4 s: HTTP 529");
    assertThat(look().retries()).isEqualTo(1);

    out(1, NOON);
    assertThat(look().oldest().get(0).retry()).isNull();
    assertThat(look().oldest().get(0).saying()).isEqualTo("reading");
  }

  /** Whoever reads the store alone never hears that a call is back, or out again. */
  @Test
  void aRetryThatMustHaveGoneOutIsNotToldAnyMore() {
    out(1, NOON.minusSeconds(5));
    board.retrying("r_call_0001", "HTTP 529", NOON.minusSeconds(1));

    assertThat(look().oldest().get(0).retry()).isNull();
  }

  @Test
  void aProvidersPauseIsToldUntilItIsOver() {
    board.pausing("openai", NOON.plusSeconds(12));
    board.pausing("openai", NOON.plusSeconds(3));
    board.pausing("gemini", NOON);

    assertThat(look().pauses())
        .containsExactly(new RunView.Pause("openai", Duration.ofSeconds(12)));
  }

  @Test
  void aLookIsNoLargerForTenThousandCallsInAThousandPhases() {
    for (int i = 1; i <= 10_000; i++) {
      board.begun("phase " + i % 1_000);
      board.out("r_call_%04d".formatted(i), "label", "phase " + i % 1_000, NOON);
    }

    assertThat(look().oldest()).hasSize(50);
    assertThat(look().phases()).hasSizeLessThanOrEqualTo(201);
    assertThat(look().phases().stream().mapToInt(phase -> phase.calls().running()).sum())
        .isEqualTo(10_000);
  }
}
