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

  private static CallTook took(long tokens) {
    return new CallTook(0, tokens, BigDecimal.ZERO);
  }

  private static CompletableFuture<Reservation> reserve(
      BudgetLedger ledger, String tariff, long promptTokens) {
    return ledger.reserve(CallNeed.of(tariff, promptTokens));
  }

  private static void answer(
      BudgetLedger ledger, CompletableFuture<Reservation> granted, long tokens) {
    ledger.settle(granted.join(), cost(tokens), took(tokens));
  }

  @Test
  void withoutALimitEveryCallGoesOutAtOnceAndIsStillCounted() {
    BudgetLedger ledger = new BudgetLedger(BudgetLimits.NONE);
    CompletableFuture<Reservation> first = reserve(ledger, FAKE, 10);
    CompletableFuture<Reservation> second = reserve(ledger, FAKE, 10);
    assertThat(first).isDone();
    assertThat(second).isDone();
    answer(ledger, first, 7);
    assertThat(ledger.spent().tokens()).isEqualTo(7);
  }

  @Test
  void theSecondCallWaitsUntilTheFirstHasShownWhatOneCosts() {
    BudgetLedger ledger = tokens(1000);
    CompletableFuture<Reservation> first = reserve(ledger, FAKE, 1);
    CompletableFuture<Reservation> second = reserve(ledger, FAKE, 1);
    assertThat(first).isDone();
    assertThat(second).isNotDone();
    answer(ledger, first, 100);
    assertThat(second).isDone();
    assertThat(second.join().amount().tokens()).isEqualTo(100);
  }

  @Test
  void aFirstCallThatFailedTellsNothingSoTheNextOneIsFirstAgain() {
    BudgetLedger ledger = tokens(1000);
    CompletableFuture<Reservation> first = reserve(ledger, FAKE, 1);
    CompletableFuture<Reservation> second = reserve(ledger, FAKE, 1);
    CompletableFuture<Reservation> third = reserve(ledger, FAKE, 1);
    ledger.settle(first.join(), Spending.NONE, null);
    assertThat(second).isDone();
    assertThat(third).isNotDone();
  }

  @Test
  void anotherModelDoesNotWaitForThisOne() {
    BudgetLedger ledger = tokens(100_000);
    CompletableFuture<Reservation> first = reserve(ledger, FAKE, 1);
    CompletableFuture<Reservation> other = reserve(ledger, "fake/other", 1);
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
      calls.add(reserve(ledger, FAKE, 1));
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
    answer(ledger, reserve(ledger, FAKE, 1), 100);
    CompletableFuture<Reservation> second = reserve(ledger, FAKE, 1);
    CompletableFuture<Reservation> third = reserve(ledger, FAKE, 1);
    assertThat(second).isDone();
    assertThat(third).isNotDone();
    answer(ledger, second, 10);
    assertThat(third).isDone().isCompletedWithValueMatching(r -> r.amount().tokens() == 100);
  }

  @Test
  void whenNothingIsOutACallThatDoesNotFitIsRefusedWithTheFigures() {
    BudgetLedger ledger = tokens(150);
    answer(ledger, reserve(ledger, FAKE, 1), 100);
    assertThatThrownBy(reserve(ledger, FAKE, 1)::join)
        .hasCauseInstanceOf(BudgetExceededException.class)
        .hasMessageContaining("100 of 150 tokens are spent")
        .hasMessageContaining("fake/fake");
  }

  @Test
  void aSpentBudgetRefusesEvenAModelOfUnknownPrice() {
    BudgetLedger ledger = tokens(100);
    answer(ledger, reserve(ledger, FAKE, 1), 100);
    assertThat(reserve(ledger, "fake/other", 0)).isCompletedExceptionally();
  }

  @Test
  void aPromptThatAloneIsTooLongIsNotSentAtAll() {
    assertThat(reserve(tokens(100), FAKE, 101)).isCompletedExceptionally();
  }

  @Test
  void dollarsAreAddedExactly() {
    BudgetLedger ledger = new BudgetLedger(new BudgetLimits(null, new BigDecimal("1")));
    Spending dime = new Spending(1, new BigDecimal("0.1"));
    for (int i = 0; i < 10; i++) {
      ledger.settle(reserve(ledger, FAKE, 1).join(), dime, new CallTook(0, 1, dime.costUsd()));
    }
    assertThat(ledger.spent().costUsd()).isEqualByComparingTo("1");
    assertThat(reserve(ledger, FAKE, 1)).isCompletedExceptionally();
  }

  @Test
  void aHoldKeepsItsTokensFromCallsUntilItIsGivenBack() throws Exception {
    BudgetLedger ledger = tokens(200);
    answer(ledger, reserve(ledger, FAKE, 1), 60);
    String hold = ledger.hold(100);
    assertThat(reserve(ledger, FAKE, 1)).isCompletedExceptionally();
    ledger.release(hold);
    assertThat(reserve(ledger, FAKE, 1))
        .isCompletedWithValueMatching(r -> r.amount().tokens() == 60);
    ledger.release(hold);
    assertThatThrownBy(() -> ledger.hold(100)).isInstanceOf(BudgetExceededException.class);
  }

  @Test
  void aCallThatGaveUpWaitingLeavesNothingReserved() {
    BudgetLedger ledger = tokens(1000);
    CompletableFuture<Reservation> first = reserve(ledger, FAKE, 1);
    CompletableFuture<Reservation> gaveUp = reserve(ledger, FAKE, 1);
    CompletableFuture<Reservation> third = reserve(ledger, FAKE, 1);
    gaveUp.completeExceptionally(new IllegalStateException("cancelled"));
    answer(ledger, first, 1000 / 2);
    assertThat(third).isCompletedWithValueMatching(r -> r.amount().tokens() == 500);
  }

  @Test
  void aLongPromptReservesItsOwnTokensAfterAShortOne() {
    BudgetLedger ledger = tokens(10_000);
    answer(ledger, reserve(ledger, FAKE, 2), 2);
    CompletableFuture<Reservation> large = reserve(ledger, FAKE, 6_000);
    assertThat(large).isCompletedWithValueMatching(r -> r.amount().tokens() >= 6_000);
    ledger.settle(large.join(), cost(5_001), new CallTook(5_000, 1, BigDecimal.ZERO));
    assertThat(reserve(ledger, FAKE, 6_000)).isCompletedExceptionally();
  }

  @Test
  void promptsThatAreFarLongerThanAnyBeforeGoOutOneByOne() {
    BudgetLedger ledger = tokens(1_000_000);
    answer(ledger, reserve(ledger, FAKE, 2), 2);
    CompletableFuture<Reservation> large = reserve(ledger, FAKE, 6_000);
    CompletableFuture<Reservation> another = reserve(ledger, FAKE, 6_000);
    assertThat(large).isDone();
    assertThat(another).isNotDone();
    ledger.settle(large.join(), cost(9_000), new CallTook(8_999, 1, BigDecimal.ZERO));
    assertThat(another).isCompletedWithValueMatching(r -> r.amount().tokens() >= 9_000);
  }

  @Test
  void anAnswersOwnLimitIsReservedAndNotWhatOthersTook() {
    BudgetLedger ledger = tokens(1_000_000);
    answer(ledger, reserve(ledger, FAKE, 10), 40_000);
    CallNeed limited = new CallNeed(FAKE, 10, 500L, false, null, null);
    assertThat(ledger.reserve(limited))
        .isCompletedWithValueMatching(r -> r.amount().tokens() < 600);
  }

  @Test
  void aPriceMakesTokensMoneyBeforeTheyAreSpent() {
    BudgetLedger ledger = new BudgetLedger(new BudgetLimits(null, new BigDecimal("0.01")));
    CallNeed need = new CallNeed(FAKE, 6_000, 1_000L, false, BigDecimal.ONE, new BigDecimal("2"));
    assertThat(ledger.reserve(need))
        .isCompletedWithValueMatching(
            r -> r.amount().costUsd().compareTo(new BigDecimal("0.008")) >= 0);
    assertThat(new BudgetLedger(new BudgetLimits(null, new BigDecimal("0.005"))).reserve(need))
        .isCompletedExceptionally();
  }

  @Test
  void whatEarlierAttemptsSpentIsSpent() {
    BudgetLedger ledger = new BudgetLedger(new BudgetLimits(100L, null), cost(100));
    assertThatThrownBy(reserve(ledger, FAKE, 1)::join)
        .hasMessageContaining("100 of 100 tokens are spent")
        .hasMessageContaining("by earlier attempts");
    assertThat(ledger.spentNow()).isEqualTo(Spending.NONE);
  }

  @Test
  void aHundredThousandWaitingCallsAreDecidedInNoTime() {
    BudgetLedger ledger = tokens(100_000);
    List<CompletableFuture<Reservation>> calls = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      calls.add(reserve(ledger, FAKE, 1));
    }
    for (CompletableFuture<Reservation> call : calls) {
      if (!call.isCompletedExceptionally()) {
        answer(ledger, call, 10);
      }
    }
    assertThat(ledger.spent().tokens()).isEqualTo(100_000);
  }

  private static BudgetLedger usd(String total) {
    return new BudgetLedger(new BudgetLimits(null, new BigDecimal(total)));
  }

  private static void answer(BudgetLedger ledger, Reservation reservation, String usd) {
    BigDecimal cost = new BigDecimal(usd);
    ledger.settle(reservation, new Spending(1, cost), new CallTook(0, 1, cost));
  }

  @Test
  void theLimitsOfCallsThatAreOutNeverExceedTheBudget() {
    BudgetLedger ledger = usd("10");
    answer(ledger, reserve(ledger, FAKE, 1).join(), "0.10");
    BigDecimal limits = BigDecimal.ZERO;
    List<Reservation> out = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Reservation reservation = reserve(ledger, FAKE, 1).join();
      out.add(reservation);
      BigDecimal limit = ledger.extend(reservation);
      assertThat(limit).isGreaterThanOrEqualTo(new BigDecimal("0.20"));
      limits = limits.add(limit == null ? BigDecimal.ZERO : limit);
    }
    assertThat(limits).isLessThanOrEqualTo(new BigDecimal("9.90"));
    out.forEach(reservation -> answer(ledger, reservation, "0.10"));
    assertThat(ledger.spent().costUsd()).isEqualByComparingTo("0.90");
    // All that was set aside is free again: half of it is this one's.
    assertThat(ledger.extend(reserve(ledger, FAKE, 1).join())).isEqualByComparingTo("4.65");
  }

  @Test
  void aFirstCallThatIsAloneMayTakeAllAndOthersWaitForIt() {
    BudgetLedger ledger = usd("1");
    Reservation alone = reserve(ledger, FAKE, 1).join();
    assertThat(ledger.extend(alone)).isEqualByComparingTo("1");
    CompletableFuture<Reservation> other = reserve(ledger, "other/model", 1);
    assertThat(other).isNotDone();
    answer(ledger, alone, "0.75");
    assertThat(other).isDone();
    assertThat(ledger.extend(other.join())).isEqualByComparingTo("0.25");
  }

  @Test
  void withoutABudgetOfMoneyACallHasNoLimit() {
    BudgetLedger ledger = tokens(100);
    assertThat(ledger.extend(reserve(ledger, FAKE, 1).join())).isNull();
  }
}
