package dev.agentworkflows.store;

import static dev.agentworkflows.store.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UsageTableTest {
  private static final String RUN = "run_20261122_120000_aaaaaa";
  private static final LocalDate DAY = LocalDate.of(2026, 11, 22);
  private static final Instant LAST_MOMENT = Instant.parse("2026-11-22T23:59:59.999999Z");

  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void open() {
    open(directory);
    store.writer().addRun(Samples.run(RUN));
  }

  private void open(Path home) {
    store = Store.open(home.resolve("workflow.sqlite"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aCallsBillIsThereAsSoonAsItsEndIs() {
    pay(1, "m", 1, NOON, "0.5");

    assertThat(store.reader().usage()).containsExactly(usage(DAY, "m", 1, 0, "0.5"));
  }

  @Test
  void billsOfOneDayProviderAndModelAddUp() {
    pay(1, "m", 1, NOON, "0.5");
    pay(2, "m", 3, NOON, "0.000000001");
    pay(3, "other", 1, NOON, "2");

    assertThat(store.reader().usage())
        .containsExactly(usage(DAY, "m", 2, 0, "0.500000001"), usage(DAY, "other", 1, 0, "2"));
  }

  @Test
  void aDayEndsAtMidnightUtc() {
    pay(1, "m", 1, LAST_MOMENT, "1");
    pay(2, "m", 1, LAST_MOMENT.plusNanos(1_000), "2");

    assertThat(store.reader().usage())
        .containsExactly(usage(DAY, "m", 1, 0, "1"), usage(DAY.plusDays(1), "m", 1, 0, "2"));
  }

  @Test
  void aCallWithoutAPriceIsCountedAsOne() {
    pay(1, null, 1, NOON, null);
    pay(2, null, 1, NOON, "1");
    pay(3, null, 1, NOON, null);

    assertThat(store.reader().usage()).containsExactly(usage(DAY, null, 3, 2, "1"));
  }

  @Test
  void hitsAndCallsThatWentNowhereAreNotPaid() {
    pay(1, "m", 0, NOON, null);
    store.writer().startCall(Samples.start(RUN, 2, "still running"));
    store.writer().addHit(Samples.hit(RUN, 3, 1, Samples.callId(RUN, 1))).join();

    assertThat(store.reader().usage()).isEmpty();
  }

  @Test
  void anEndThatReplacesAnotherIsCountedOnceAndAsItIs() {
    pay(1, "m", 1, NOON, "0.5");
    store.writer().endCall(end(1, "m-2", 2, NOON, "0.75")).join();

    assertThat(store.reader().usage()).containsExactly(usage(DAY, "m-2", 1, 0, "0.75"));
    store.writer().endCall(end(1, "m-2", 1, NOON, null)).join();
    assertThat(store.reader().usage()).containsExactly(usage(DAY, "m-2", 1, 1, "0"));
  }

  @Test
  void aRemovedRunsShareStays() {
    pay(1, "m", 1, NOON, "0.5");
    store.writer().endRun(Samples.ending(RUN));
    assertThat(store.writer().removeRun(RUN, Samples.NOON).join()).isTrue();

    assertThat(store.reader().usage()).containsExactly(usage(DAY, "m", 1, 0, "0.5"));
    assertThat(store.reader().startedRuns()).containsExactly(Map.entry(DAY, 1L));
  }

  @Test
  void aBatchIsAddedToTheRest() {
    pay(1, "m", 1, NOON, "0.5");
    List<UsageRecord> bill =
        List.of(usage(DAY, "m", 3, 1, "0.25"), usage(DAY.minusDays(1), null, 1, 0, "1"));

    assertThat(store.writer().billBatch("batch_1", NOON, bill).join()).isTrue();

    assertThat(store.reader().usage())
        .containsExactly(usage(DAY.minusDays(1), null, 1, 0, "1"), usage(DAY, "m", 4, 1, "0.75"));
  }

  @Test
  void aBatchIsCountedOnceHoweverOftenItIsBilledAndByWhom() {
    List<UsageRecord> bill = List.of(usage(DAY, "m", 3, 1, "0.25"));
    assertThat(store.writer().billBatch("batch_1", NOON, bill).join()).isTrue();
    assertThat(store.writer().billBatch("batch_1", NOON, bill).join()).isFalse();
    store.close();

    open(directory);
    assertThat(store.writer().billBatch("batch_1", LAST_MOMENT, bill).join()).isFalse();
    assertThat(store.writer().billBatch("batch_2", NOON, List.of()).join()).isTrue();

    assertThat(store.reader().usage()).containsExactly(bill.get(0));
  }

  @Test
  void runsAreCountedByTheDayOfTheirStart() {
    store.writer().addRun(Samples.run("run_b", NOON.plusSeconds(1), RUN, "/w/b.py", "o"));
    store
        .writer()
        .addRun(Samples.run("run_c", NOON.plusSeconds(86_400), null, "/w/c.py", "o"))
        .join();

    assertThat(store.reader().startedRuns())
        .containsExactly(Map.entry(DAY, 2L), Map.entry(DAY.plusDays(1), 1L));
  }

  @Test
  void anEndThatCantBeWrittenCountsNothing() {
    assertThat(store.writer().endCall(end(9, "m", 1, NOON, "1")))
        .failsWithin(java.time.Duration.ofSeconds(20));

    assertThat(store.reader().usage()).isEmpty();
  }

  private void pay(
      int index, @Nullable String model, int attempts, Instant at, @Nullable String cost) {
    store.writer().startCall(Samples.start(RUN, index, "p"));
    store.writer().endCall(end(index, model, attempts, at, cost)).join();
  }

  /** Each call takes 10 tokens in, of which 3 were cached and 2 went into the cache; 20 out. */
  private static CallCompletionRow end(
      int index, @Nullable String model, int attempts, Instant at, @Nullable String cost) {
    return new CallCompletionRow(
        Samples.callId(RUN, index),
        CallStatus.PROVIDER_FAILED,
        model,
        KeptWorktree.NOTHING,
        CallValidation.NONE,
        new CallUsage(10L, 20L, 3L, 2L, cost == null ? null : new BigDecimal(cost)),
        new CallAttempts(attempts, 0, 5),
        null,
        null,
        "it failed",
        at,
        CallCompletionRow.Remember.NO,
        null);
  }

  private static UsageRecord usage(
      LocalDate day, @Nullable String model, long calls, long unpriced, String cost) {
    return new UsageRecord(
        day,
        "fake",
        model,
        calls,
        unpriced,
        calls * 10,
        calls * 20,
        calls * 3,
        calls * 2,
        new BigDecimal(cost));
  }
}
