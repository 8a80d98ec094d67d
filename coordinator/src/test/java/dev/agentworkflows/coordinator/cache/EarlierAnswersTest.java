package dev.agentworkflows.coordinator.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.store.PlacedCall;
import dev.agentworkflows.testkit.Generated;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EarlierAnswersTest {

  private static final String SCRIPT = "/s.py";
  private static final long VOTE = 77;
  private static final long PLAN = 1_000;
  private static final long A = 1;
  private static final long B = 2;
  private static final long C = 3;

  private static EarlierAnswers after(boolean complete, PlacedCall... calls) {
    EarlierAnswers answers = new EarlierAnswers(true, complete);
    answers.add(List.of(calls), SCRIPT, "h1", true);
    answers.scriptOpened(SCRIPT, "h1");
    return answers;
  }

  private static PlacedCall call(long place, long key, long answer) {
    return new PlacedCall(place, key, answer);
  }

  @Test
  void eachBranchGetsItsOwnAnswerInWhateverOrderTheyCome() {
    EarlierAnswers answers = after(true, call(A, VOTE, 10), call(B, VOTE, 11), call(C, VOTE, 12));

    assertThat(answers.take(C, VOTE)).isEqualTo(12);
    assertThat(answers.take(A, VOTE)).isEqualTo(10);
    assertThat(answers.take(B, VOTE)).isEqualTo(11);
    assertThat(answers.take(B, VOTE)).isZero();
  }

  @Test
  void callsOfOnePlaceAreAnsweredInTheirOrder() {
    EarlierAnswers answers = after(true, call(A, VOTE, 10), call(A, VOTE, 11));

    assertThat(answers.take(A, VOTE)).isEqualTo(10);
    assertThat(answers.take(A, VOTE)).isEqualTo(11);
  }

  @Test
  void aBranchThatHadNoAnswerTakesNobodysElse() {
    EarlierAnswers answers =
        after(false, call(A, PLAN, 9), call(C, PLAN + 1, 10), call(C, VOTE, 11));

    assertThat(answers.take(A, PLAN)).isEqualTo(9);
    assertThat(answers.take(A, VOTE)).as("A had not come to its vote").isZero();
    assertThat(answers.take(B, VOTE)).as("B had not begun").isZero();
    assertThat(answers.keeps(11)).isTrue();
    assertThat(answers.take(C, PLAN + 1)).isEqualTo(10);
    assertThat(answers.take(C, VOTE)).isEqualTo(11);
  }

  @Test
  void aRetryGetsWhatItsLastTryGot() {
    EarlierAnswers answers =
        after(false, call(A, VOTE, 0), call(A, VOTE, 0), call(A, VOTE, 12), call(A, PLAN, 13));

    assertThat(answers.take(A, VOTE)).isEqualTo(12);
    assertThat(answers.take(A, PLAN)).isEqualTo(13);
  }

  @Test
  void whatARunWithoutTheCacheAskedAnewIsAnsweredByTheRunBeforeIt() {
    EarlierAnswers answers = after(true, call(A, PLAN, 0), call(A, VOTE, 0), call(A, VOTE, 0));
    answers.add(
        List.of(call(A, PLAN, 10), call(A, VOTE, 11), call(A, VOTE, 12)), SCRIPT, "h1", false);

    assertThat(answers.take(A, PLAN)).isEqualTo(10);
    assertThat(answers.take(A, VOTE)).isEqualTo(11);
    assertThat(answers.take(A, VOTE)).isEqualTo(12);
    assertThat(answers.take(A, VOTE)).isZero();
  }

  @Test
  void anOlderRunsAnswerDoesNotReplaceWhatANewerRunsRetryGot() {
    EarlierAnswers answers = after(true, call(A, VOTE, 0), call(A, VOTE, 0), call(A, VOTE, 12));
    answers.add(List.of(call(A, VOTE, 11)), SCRIPT, "h1", false);

    assertThat(answers.take(A, VOTE)).isEqualTo(12);
  }

  @Test
  void whatFailedAfterAnAnswerIsAnsweredByAnOlderRun() {
    EarlierAnswers answers = after(false, call(A, VOTE, 12), call(A, VOTE, 0), call(A, PLAN, 13));
    answers.add(List.of(call(A, VOTE, 10), call(A, VOTE, 11)), SCRIPT, "h1", false);

    assertThat(answers.take(A, VOTE)).isEqualTo(12);
    assertThat(answers.take(A, VOTE)).isEqualTo(10);
    assertThat(answers.take(A, PLAN)).isEqualTo(13);
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void manyCallsOfOnePlaceAreNotWalkedForEachOfThem() {
    List<PlacedCall> newer = new ArrayList<>();
    List<PlacedCall> older = new ArrayList<>();
    for (int i = 1; i <= 300_000; i++) {
      newer.add(call(A, i, 0));
      older.add(call(A, i, i));
    }
    EarlierAnswers answers = new EarlierAnswers(true, false);
    answers.add(newer, SCRIPT, "h1", true);
    answers.add(older, SCRIPT, "h1", false);

    assertThat(answers.take(A, 1)).isEqualTo(1);
    assertThat(answers.take(A, 2)).isEqualTo(2);
  }

  @Test
  void allKeysAreLookedForAtTheirOwnPlaceFirst() {
    long longer = VOTE + 1;
    EarlierAnswers answers = after(true, call(A, VOTE, 10), call(B, longer, 11), call(B, PLAN, 12));

    assertThat(answers.take(A, longer, VOTE)).isEqualTo(10);
    assertThat(answers.take(B, longer, VOTE)).isEqualTo(11);
  }

  @Test
  void aKeyThatNobodyHadLetsNoBranchLeaveItsCourse() {
    long longer = VOTE + 1;
    EarlierAnswers answers = after(false, call(A, VOTE, 10), call(A, PLAN, 11));

    assertThat(answers.take(A, longer, VOTE)).isEqualTo(10);
    assertThat(answers.take(B, longer + 1, PLAN)).as("what waits for A").isZero();
    assertThat(answers.take(A, longer + 1, PLAN)).isEqualTo(11);
  }

  @Test
  void anEditedScriptKeepsTheAnswersOfCallsThatMoved() {
    EarlierAnswers answers = after(false, call(A, VOTE, 10), call(A, VOTE, 11), call(A, PLAN, 12));
    answers.scriptOpened(SCRIPT, "h2");

    assertThat(answers.take(B, VOTE)).isEqualTo(10);
    assertThat(answers.take(C, VOTE)).isEqualTo(11);
    assertThat(answers.take(A, PLAN)).isEqualTo(12);
    assertThat(answers.take(4, VOTE)).isZero();
  }

  @Test
  void workersThatTakeOtherItemsFindTheItemsAnswers() {
    long item = 500;
    EarlierAnswers answers =
        after(
            true,
            call(A, item + 1, 10),
            call(A, VOTE, 11),
            call(A, item + 3, 12),
            call(A, VOTE, 13),
            call(B, item + 2, 14),
            call(B, VOTE, 15));

    assertThat(answers.take(B, item + 1)).isEqualTo(10);
    assertThat(answers.take(A, item + 2)).isEqualTo(14);
    assertThat(answers.take(A, VOTE)).as("the vote on the second item").isEqualTo(15);
    assertThat(answers.take(A, item + 3)).isEqualTo(12);
    assertThat(answers.take(B, VOTE)).as("the vote on the first item").isEqualTo(11);
    assertThat(answers.take(A, VOTE)).as("the vote on the third item").isEqualTo(13);
  }

  @Test
  void aRunOfOtherArgumentsMayTakeAnyAnswer() {
    EarlierAnswers answers = new EarlierAnswers(false, false);
    answers.add(List.of(call(A, VOTE, 10)), SCRIPT, "h1", true);

    assertThat(answers.take(B, VOTE)).isEqualTo(10);
  }

  @Test
  void whatANewerRunHadNotComeToIsFoundInAnOlderOne() {
    EarlierAnswers answers = new EarlierAnswers(true, false);
    answers.add(List.of(call(A, PLAN, 10), call(B, VOTE, 0)), SCRIPT, "h1", true);
    answers.add(
        List.of(call(A, PLAN, 10), call(A, VOTE, 11), call(B, VOTE, 0)), SCRIPT, "h1", false);

    assertThat(answers.take(A, PLAN)).isEqualTo(10);
    assertThat(answers.take(A, VOTE)).isEqualTo(11);
    assertThat(answers.take(B, VOTE)).isZero();
  }

  /** Random structures, orders, failures and kills: {@code -Dscale=N -Dseed=S}. */
  @Test
  void inRandomStructuresNoAnswerIsSwappedOrPaidForTwice() {
    int structures = Generated.count(3_000);
    long seed = Generated.seed();
    System.out.printf("%d structures, seed %d%n", structures, seed);
    for (int i = 0; i < structures; i++) {
      long one = seed + i;
      new SimulatedRuns(new Random(one), "structure of seed " + one).checkUntilDone();
    }
  }
}
