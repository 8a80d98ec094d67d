package dev.agentworkflows.coordinator.limit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.agentworkflows.coordinator.limit.UsageHolds.Pass;
import dev.agentworkflows.coordinator.testing.MutableClock;
import dev.agentworkflows.spi.UsageLimit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageHoldsTest {

  private static final Duration PATIENCE = Duration.ofHours(6);
  private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");
  private static final Instant RESET = NOON.plus(Duration.ofHours(5));

  @TempDir private Path directory;

  private final VirtualTime time = new VirtualTime();
  private final MutableClock clock = new MutableClock(NOON);
  private final List<UsageWait> shown = new ArrayList<>();
  private UsageHolds holds;

  @BeforeEach
  void start() {
    holds = new UsageHolds(clock, time::after, file());
  }

  private Path file() {
    return directory.resolve("usage-limits.json");
  }

  /** Wall clock and alarms go on together. */
  private void pass(Duration duration) {
    clock.advance(duration);
    time.pass(Duration.ofSeconds(2));
  }

  private CompletableFuture<Pass> enter() {
    return enter("claude", null, new LimitPatience(PATIENCE));
  }

  private CompletableFuture<Pass> enter(
      String provider, @Nullable String model, LimitPatience patience) {
    return holds.enter(provider, model, patience, shown::add);
  }

  private List<CompletableFuture<Pass>> enter(int calls) {
    List<CompletableFuture<Pass>> all = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      all.add(enter());
    }
    return all;
  }

  private static long gone(List<CompletableFuture<Pass>> calls) {
    return calls.stream().filter(CompletableFuture::isDone).count();
  }

  private void reachLimit(@Nullable Instant resetsAt) {
    enter().join().refused(UsageLimit.until(resetsAt, true));
  }

  @Test
  void withoutALimitEverybodyGoes() {
    assertThat(gone(enter(100))).isEqualTo(100);
    assertThat(file()).doesNotExist();
  }

  @Test
  void nobodyGoesUntilTheReset() {
    CompletableFuture<Pass> before = enter();
    reachLimit(RESET);
    List<CompletableFuture<Pass>> calls = enter(5);
    assertThat(before.join().isValid()).isFalse();
    assertThat(shown).containsOnly(new UsageWait(RESET, true)).hasSize(5);

    pass(Duration.ofHours(5).minusSeconds(1));
    assertThat(gone(calls)).isZero();
    pass(Duration.ofSeconds(1));
    assertThat(gone(calls)).isEqualTo(2);
  }

  @Test
  void theOthersFollowWhenOneOfTheFirstTwoIsAnswered() {
    reachLimit(RESET);
    List<CompletableFuture<Pass>> calls = enter(50);
    pass(Duration.ofHours(5));
    assertThat(gone(calls)).isEqualTo(2);

    calls.get(1).join().answered();

    assertThat(gone(calls)).isEqualTo(50);
    assertThat(calls.get(49).join().isValid()).isTrue();
  }

  @Test
  void aFirstCallThatTellsNothingIsFollowedByAnother() {
    reachLimit(RESET);
    List<CompletableFuture<Pass>> calls = enter(5);
    pass(Duration.ofHours(5));
    calls.get(0).join().unused();
    calls.get(0).join().unused();
    assertThat(gone(calls)).isEqualTo(3);
  }

  @Test
  void aLimitThatIsStillReachedClosesAgain() {
    reachLimit(RESET);
    List<CompletableFuture<Pass>> calls = enter(5);
    pass(Duration.ofHours(5));
    calls.get(0).join().refused(UsageLimit.until(RESET.plusSeconds(600), true));
    calls.get(1).join().refused(UsageLimit.until(RESET.plusSeconds(600), true));
    pass(Duration.ofSeconds(599));
    assertThat(gone(calls)).isEqualTo(2);
    assertThat(shown).contains(new UsageWait(RESET.plusSeconds(600), true));
    pass(Duration.ofSeconds(1));
    assertThat(gone(calls)).isEqualTo(4);
  }

  @Test
  void aLateRefusalOfTheSameLimitIsNoNews() {
    CompletableFuture<Pass> slow = enter();
    reachLimit(RESET);
    List<CompletableFuture<Pass>> calls = enter(3);
    pass(Duration.ofHours(5));
    calls.get(0).join().answered();
    slow.join().refused(UsageLimit.until(RESET, true));
    assertThat(gone(enter(10))).isEqualTo(10);
  }

  @Test
  void aLoginThatDoesNotSayWhenIsAskedNowAndThen() {
    reachLimit(null);
    List<CompletableFuture<Pass>> calls = enter(10);
    assertThat(shown).contains(new UsageWait(NOON.plusSeconds(60), false));
    pass(Duration.ofMinutes(1));
    assertThat(gone(calls)).isEqualTo(2);
    calls.get(0).join().refused(UsageLimit.until(NOON, true));
    calls.get(1).join().refused(null);
    pass(Duration.ofMinutes(1));
    assertThat(gone(calls)).isEqualTo(2);
    pass(Duration.ofMinutes(1));
    assertThat(gone(calls)).isEqualTo(4);
  }

  @Test
  void whoCannotWaitSoLongIsToldAtOnce() {
    reachLimit(RESET);
    CompletableFuture<Pass> hasty = enter("claude", null, new LimitPatience(Duration.ofHours(4)));
    assertThat(failure(hasty).resetsAt()).contains(RESET);
    assertThat(failure(enter("claude", null, new LimitPatience(Duration.ZERO))).resetsAt())
        .contains(RESET);
  }

  @Test
  void patienceEndsWhenNobodySaysWhen() {
    reachLimit(null);
    LimitPatience patience = new LimitPatience(Duration.ofSeconds(30));
    CompletableFuture<Pass> call = enter("claude", null, patience);
    pass(Duration.ofSeconds(29));
    assertThat(call).isNotDone();
    pass(Duration.ofSeconds(1));
    assertThat(failure(call).resetsAt()).isEmpty();
  }

  private static LimitReachedException failure(CompletableFuture<Pass> call) {
    return (LimitReachedException) requireNonNull(catchThrowable(call::join).getCause());
  }

  @Test
  void otherLoginsAreNotHeld() {
    reachLimit(RESET);
    assertThat(enter("codex", null, new LimitPatience(PATIENCE))).isDone();
  }

  @Test
  void aModelsLimitHoldsItsCallsAlone() {
    Pass before = enter("claude", "opus", new LimitPatience(PATIENCE)).join();
    enter("claude", "opus", new LimitPatience(PATIENCE))
        .join()
        .refused(new UsageLimit(RESET, true, true));
    assertThat(before.isValid()).isFalse();
    assertThat(enter("claude", "opus", new LimitPatience(PATIENCE))).isNotDone();
    assertThat(enter("claude", "sonnet", new LimitPatience(PATIENCE))).isDone();
  }

  @Test
  void callsOfAHeldModelAreNotTheLoginsFirstTwo() {
    enter("claude", "opus", new LimitPatience(PATIENCE))
        .join()
        .refused(new UsageLimit(RESET, true, true));
    reachLimit(NOON.plusSeconds(60));
    enter("claude", "opus", new LimitPatience(PATIENCE));
    enter("claude", "opus", new LimitPatience(PATIENCE));
    List<CompletableFuture<Pass>> others = enter(2);
    pass(Duration.ofMinutes(1));
    assertThat(gone(others)).isEqualTo(2);
  }

  @Test
  void aCallThatIsCancelledWhileItWaitsTakesNobodysPlace() {
    reachLimit(RESET);
    List<CompletableFuture<Pass>> calls = enter(4);
    calls.get(0).cancel(false);
    calls.get(1).cancel(false);
    pass(Duration.ofHours(5));
    assertThat(calls.get(2)).isCompleted();
    assertThat(calls.get(3)).isCompleted();
  }

  @Test
  void theNextCoordinatorKnowsTheLimit() throws Exception {
    reachLimit(RESET);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    start();
    List<CompletableFuture<Pass>> calls = enter(3);
    assertThat(gone(calls)).isZero();
    pass(Duration.ofHours(5));
    assertThat(gone(calls)).isEqualTo(2);
    calls.get(0).join().answered();
    start();
    assertThat(gone(enter(3))).isEqualTo(3);
  }

  @Test
  void aResetThatIsOverHoldsNobody() {
    reachLimit(RESET);
    clock.advance(Duration.ofHours(6));
    start();
    assertThat(gone(enter(3))).isEqualTo(3);
  }

  @Test
  void whatIsWrongInTheFileHoldsNobody() throws Exception {
    for (String content :
        List.of(
            "{",
            "[]",
            "{\"held\":[{}]}",
            "{\"held\":[{\"provider\":\"claude\",\"until\":\"tomorrow\"}]}",
            "{\"held\":[{\"provider\":\"claude\",\"until\":\"2999-01-01T00:00:00Z\"}]}")) {
      Files.writeString(file(), content);
      start();
      assertThat(enter()).as(content).isDone();
    }
  }

  @Test
  void whatAnotherCoordinatorWroteStays() throws Exception {
    Files.writeString(
        file(), "{\"held\":[{\"provider\":\"codex\",\"until\":\"2026-11-29T14:00:00Z\"}]}");
    UsageHolds other = new UsageHolds(clock, time::after, directory.resolve("usage-limits.json"));
    Files.writeString(
        file(), "{\"held\":[{\"provider\":\"gemini\",\"until\":\"2026-11-29T14:00:00Z\"}]}");
    holds = other;
    reachLimit(RESET);
    assertThat(file()).content().contains("claude", "codex", "gemini");
  }
}
