package dev.agentworkflows.coordinator.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.budget.BudgetLedger.Reservation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BudgetLedgerTest {

  private static final String FAKE = "fake/fake";

  private static BudgetLedger tokens(long total) {
    return new BudgetLedger(new BudgetLimits(total, null));
  }

  private static Spending cost(long tokens) {
    return new Spending(tokens, BigDecimal.ZERO);
  }

  private static void answer(
      BudgetLedger ledger, CompletableFuture<Reservation> granted, long tokens) {
    ledger.settle(granted.join(), cost(tokens), true);
  }

  @Test
  void withoutALimitEveryCallGoesOutAtOnceAndIsStillCounted() {
    BudgetLedger ledger = new BudgetLedger(BudgetLimits.NONE);
    CompletableFuture<Reservation> first = ledger.reserve(FAKE, 10);
    CompletableFuture<Reservation> second = ledger.reserve(FAKE, 10);
    assertThat(first).isDone();
    assertThat(second).isDone();
    answer(ledger, first, 7);
    assertThat(ledger.spent().tokens()).isEqualTo(7);
  }

  @Test
  void theSecondCallWaitsUntilTheFirstHasShownWhatOneCosts() {
    BudgetLedger ledger = tokens(1000);
    CompletableFuture<Reservation> first = ledger.reserve(FAKE, 1);
    CompletableFuture<Reservation> second = ledger.reserve(FAKE, 1);
    assertThat(first).isDone();
    assertThat(second).isNotDone();
    answer(ledger, first, 100);
    assertThat(second).isDone();
    assertThat(second.join().amount().tokens()).isEqualTo(100);
  }

  @Test
  void aFirstCallThatFailedTellsNothingSoTheNextOneIsFirstAgain() {
    BudgetLedger ledger = tokens(1000);
    CompletableFuture<Reservation> first = ledger.reserve(FAKE, 1);
    CompletableFuture<Reservation> second = ledger.reserve(FAKE, 1);
    CompletableFuture<Reservation> third = ledger.reserve(FAKE, 1);
    ledger.settle(first.join(), Spending.NONE, false);
    assertThat(second).isDone();
    assertThat(third).isNotDone();
  }

  @Test
  void anotherModelDoesNotWaitForThisOne() {
    BudgetLedger ledger = tokens(1000);
    CompletableFuture<Reservation> first = ledger.reserve(FAKE, 1);
    CompletableFuture<Reservation> other = ledger.reserve("fake/other", 1);
    assertThat(first).isDone();
    assertThat(other).isDone();
  }

  @Test
  void aWideFanOutOfEqualCallsSpendsTheBudgetToTheLastCallThatFits() {
    long each = 7;
    long total = 100;
    BudgetLedger ledger = tokens(total);
    List<CompletableFuture<Reservation>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(ledger.reserve(FAKE, 1));
    }
    List<CompletableFuture<Reservation>> out = granted(calls);
    assertThat(out).as("only the first goes out blindly").hasSize(1);
    Random order = new Random(42);
    while (!out.isEmpty()) {
      CompletableFuture<Reservation> call = out.get(order.nextInt(out.size()));
      answer(ledger, call, each);
      calls.remove(call);
      out = granted(calls);
    }
    assertThat(ledger.spent().tokens()).isLessThanOrEqualTo(total).isGreaterThan(total - each);
    assertThat(calls).hasSize(200 - 14).allMatch(CompletableFuture::isCompletedExceptionally);
  }

  private static List<CompletableFuture<Reservation>> granted(
      List<CompletableFuture<Reservation>> calls) {
    return calls.stream()
        .filter(call -> call.isDone() && !call.isCompletedExceptionally())
        .toList();
  }

  @Test
  void aCallThatDoesNotFitWaitsWhileAnotherMayTurnOutCheaper() {
    BudgetLedger ledger = tokens(250);
    answer(ledger, ledger.reserve(FAKE, 1), 100);
    CompletableFuture<Reservation> second = ledger.reserve(FAKE, 1);
    CompletableFuture<Reservation> third = ledger.reserve(FAKE, 1);
    assertThat(second).isDone();
    assertThat(third).isNotDone();
    answer(ledger, second, 10);
    assertThat(third).isDone().isCompletedWithValueMatching(r -> r.amount().tokens() == 100);
  }

  @Test
  void whenNothingIsOutACallThatDoesNotFitIsRefusedWithTheFigures() {
    BudgetLedger ledger = tokens(150);
    answer(ledger, ledger.reserve(FAKE, 1), 100);
    assertThatThrownBy(ledger.reserve(FAKE, 1)::join)
        .hasCauseInstanceOf(BudgetExceededException.class)
        .hasMessageContaining("100 of 150 tokens are spent")
        .hasMessageContaining("fake/fake");
  }

  @Test
  void aSpentBudgetRefusesEvenAModelOfUnknownPrice() {
    BudgetLedger ledger = tokens(100);
    answer(ledger, ledger.reserve(FAKE, 1), 100);
    assertThat(ledger.reserve("fake/other", 0)).isCompletedExceptionally();
  }

  @Test
  void aPromptThatAloneIsTooLongIsNotSentAtAll() {
    assertThat(tokens(100).reserve(FAKE, 101)).isCompletedExceptionally();
  }

  @Test
  void dollarsAreAddedExactly() {
    BudgetLedger ledger = new BudgetLedger(new BudgetLimits(null, new BigDecimal("1")));
    Spending dime = new Spending(1, new BigDecimal("0.1"));
    for (int i = 0; i < 10; i++) {
      ledger.settle(ledger.reserve(FAKE, 1).join(), dime, true);
    }
    assertThat(ledger.spent().costUsd()).isEqualByComparingTo("1");
    assertThat(ledger.reserve(FAKE, 1)).isCompletedExceptionally();
  }

  @Test
  void aHoldKeepsItsTokensFromCallsUntilItIsGivenBack() throws Exception {
    BudgetLedger ledger = tokens(200);
    answer(ledger, ledger.reserve(FAKE, 1), 60);
    String hold = ledger.hold(100);
    assertThat(ledger.reserve(FAKE, 1)).isCompletedExceptionally();
    ledger.release(hold);
    assertThat(ledger.reserve(FAKE, 1))
        .isCompletedWithValueMatching(r -> r.amount().tokens() == 60);
    ledger.release(hold);
    assertThatThrownBy(() -> ledger.hold(100)).isInstanceOf(BudgetExceededException.class);
  }

  @Test
  void aCallThatGaveUpWaitingLeavesNothingReserved() {
    BudgetLedger ledger = tokens(1000);
    CompletableFuture<Reservation> first = ledger.reserve(FAKE, 1);
    CompletableFuture<Reservation> gaveUp = ledger.reserve(FAKE, 1);
    CompletableFuture<Reservation> third = ledger.reserve(FAKE, 1);
    gaveUp.completeExceptionally(new IllegalStateException("cancelled"));
    answer(ledger, first, 1000 / 2);
    assertThat(third).isCompletedWithValueMatching(r -> r.amount().tokens() == 500);
  }
}
