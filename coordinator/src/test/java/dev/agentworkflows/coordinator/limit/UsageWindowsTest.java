package dev.agentworkflows.coordinator.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.testing.MutableClock;
import dev.agentworkflows.spi.UsageWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageWindowsTest {

  private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");
  private static final Instant RESET = NOON.plus(Duration.ofHours(3));

  private final VirtualTime time = new VirtualTime();
  private final MutableClock clock = new MutableClock(NOON);
  private final UsageWindows windows = new UsageWindows(clock);

  private void told(String name, double used, @Nullable Instant resetsAt) {
    windows.record("claude", new UsageWindow(name, used, resetsAt));
  }

  private int ofEight() {
    return windows.atOnce("claude", 8);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 8",
    "0.5, 8",
    "0.8999, 8",
    "0.9, 8",
    "0.91, 7",
    "0.925, 6",
    "0.95, 4",
    "0.97, 2",
    "0.98, 1",
    "0.99, 1",
    "1, 1",
    "1.2, 1"
  })
  void fewerGoAtOnceTheFullerItIs(double used, int expected) {
    told("five_hour", used, RESET);
    assertThat(ofEight()).isEqualTo(expected);
  }

  @Test
  void fiftyCallsBecomeOneStepByStep() {
    int before = 50;
    for (double used = 0.9; used <= 1; used += 0.001) {
      told("five_hour", used, RESET);
      int now = windows.atOnce("claude", 50);
      assertThat(now).isBetween(Math.max(1, before - 1), before);
      before = now;
    }
    assertThat(before).isEqualTo(1);
  }

  @Test
  void aLoginIsSlowedDownUntilItsWindowResets() {
    told("five_hour", 0.95, RESET);
    clock.advance(Duration.ofHours(3).minusSeconds(1));
    assertThat(ofEight()).isEqualTo(4);
    clock.advance(Duration.ofSeconds(1));
    assertThat(ofEight()).isEqualTo(8);
  }

  @Test
  void theFullestWindowCounts() {
    told("five_hour", 0.95, RESET);
    told("seven_day", 0.97, RESET.plus(Duration.ofDays(2)));
    told("five_hour", 0.1, RESET);
    assertThat(ofEight()).isEqualTo(2);
    assertThat(windows.of("claude").orElseThrow().window()).isEqualTo("seven_day");
  }

  @Test
  void theLatestReadingOfAWindowCounts() {
    told("five_hour", 0.99, RESET);
    told("five_hour", 0.3, RESET);
    assertThat(ofEight()).isEqualTo(8);
  }

  @Test
  void anotherLoginIsNotSlowedDown() {
    told("five_hour", 1, RESET);
    assertThat(windows.atOnce("codex", 8)).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, -1, 2, 95, Double.NaN, Double.POSITIVE_INFINITY, 1e300})
  void anImpossibleShareIsNoReading(double used) {
    told("five_hour", 0.95, RESET);
    told("five_hour", used, RESET);
    assertThat(ofEight()).isEqualTo(4);
  }

  @Test
  void aResetThatIsOverIsNoReading() {
    told("five_hour", 0.99, NOON);
    told("seven_day", 0.99, Instant.MIN);
    assertThat(ofEight()).isEqualTo(8);
  }

  @Test
  void aResetThatNobodyNamesOrBelievesHoldsForAShortTime() {
    Instant[] resets = {null, NOON.plus(Duration.ofDays(33)), Instant.MAX};
    for (Instant reset : resets) {
      told("five_hour", 0.99, reset);
      assertThat(ofEight()).isEqualTo(1);
      assertThat(windows.of("claude").orElseThrow().resetKnown()).isFalse();
      clock.advance(Duration.ofMinutes(15));
      assertThat(ofEight()).isEqualTo(8);
    }
  }

  @Test
  void whateverIsToldOneCallGoesAndNeverMoreThanMay() {
    Random random = new Random(4);
    for (int i = 0; i < 20_000; i++) {
      double used = random.nextInt(4) == 0 ? random.nextGaussian() * 100 : random.nextDouble() * 2;
      long seconds =
          switch (random.nextInt(4)) {
            case 0 -> random.nextLong() / 1_000_000_000_000L;
            case 1 -> random.nextInt(3_000_000);
            default -> random.nextInt(20_000) - 2_000;
          };
      told(
          "window " + random.nextInt(20),
          used,
          random.nextInt(5) == 0 ? null : clock.instant().plusSeconds(seconds));
      clock.advance(Duration.ofSeconds(random.nextInt(60)));
      int concurrency = 1 + random.nextInt(60);
      assertThat(windows.atOnce("claude", concurrency)).isBetween(1, concurrency);
      windows
          .of("claude")
          .ifPresent(slowed ->
              assertThat(slowed.until())
                  .isAfter(clock.instant())
                  .isBefore(clock.instant().plus(Duration.ofDays(32))));
    }
    clock.advance(Duration.ofDays(32));
    assertThat(ofEight()).isEqualTo(8);
  }

  /** Many calls to a login that says with each answer how full its window is. */
  private final class Login {
    private final ConcurrencyLimiter permits = new ConcurrencyLimiter(time::after);
    private final int answersLeft;
    private int answered;
    private int out;
    private int outAtTheLimit;
    private int refused;

    Login(int answersLeft) {
      this.answersLeft = answersLeft;
    }

    void asked(int calls) {
      for (int i = 0; i < calls; i++) {
        var unused =
            permits
                .acquire("claude", 50, () -> windows.atOnce("claude", 50), "run")
                .thenAccept(permit -> {
                  out++;
                  time.after(
                      Duration.ofSeconds(20 + i(answered)),
                      () -> {
                        out--;
                        answer();
                        permit.release();
                      });
                });
      }
    }

    /** Not all take the same time. */
    private int i(int n) {
      return n % 7;
    }

    private void answer() {
      if (answered == answersLeft) {
        if (refused++ == 0) {
          outAtTheLimit = out + 1;
        }
        return;
      }
      answered++;
      told("five_hour", 0.5 + 0.5 * answered / answersLeft, RESET);
    }
  }

  @Test
  void aWideFanOutReachesTheLimitWithFewCalls() {
    Login login = new Login(1000);
    login.asked(1200);
    time.passWhileAnythingHappens();
    assertThat(login.answered).isEqualTo(1000);
    assertThat(login.outAtTheLimit).isEqualTo(1);
  }

  @Test
  void callsThatWaitForAPlaceGoOutAtTheReset() {
    told("five_hour", 0.99, RESET);
    List<CompletableFuture<ConcurrencyLimiter.Permit>> calls = new ArrayList<>();
    ConcurrencyLimiter permits = new ConcurrencyLimiter(time::after);
    for (int i = 0; i < 10; i++) {
      calls.add(permits.acquire("claude", 8, this::ofEight, "run"));
    }
    assertThat(gone(calls)).isEqualTo(1);
    time.pass(Duration.ofMinutes(1));
    assertThat(gone(calls)).isEqualTo(1);

    clock.advance(Duration.ofHours(3));
    time.pass(Duration.ofSeconds(1));

    assertThat(gone(calls)).isEqualTo(8);
    calls.get(0).join().release();
    assertThat(gone(calls)).isEqualTo(9);
  }

  @Test
  void whatIsOutStaysOutWhenTheLoginIsSlowedDown() {
    List<CompletableFuture<ConcurrencyLimiter.Permit>> calls = new ArrayList<>();
    ConcurrencyLimiter permits = new ConcurrencyLimiter(time::after);
    for (int i = 0; i < 10; i++) {
      calls.add(permits.acquire("claude", 8, this::ofEight, "run"));
    }
    told("five_hour", 0.95, RESET);
    for (int i = 0; i < 4; i++) {
      calls.get(i).join().release();
      assertThat(gone(calls)).isEqualTo(8);
    }
    calls.get(4).join().release();
    assertThat(gone(calls)).isEqualTo(9);
  }

  private static long gone(List<CompletableFuture<ConcurrencyLimiter.Permit>> calls) {
    return calls.stream().filter(CompletableFuture::isDone).count();
  }
}
