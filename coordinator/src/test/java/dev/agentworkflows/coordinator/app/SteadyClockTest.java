package dev.agentworkflows.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private volatile Instant system = NOON;
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final SteadyClock clock =
      new SteadyClock(
          new Clock() {
            @Override
            public Instant instant() {
              return system;
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          },
          nanos::get,
          ZoneOffset.UTC);

  private void passes(Duration duration) {
    nanos.addAndGet(duration.toNanos());
    system = system.plus(duration);
  }

  @Test
  void itTellsTheSystemsTime() {
    assertThat(clock.instant()).isEqualTo(NOON);
    passes(Duration.ofMillis(1500));
    assertThat(clock.instant()).isEqualTo(NOON.plusMillis(1500));
  }

  @Test
  void aClockThatIsSetBackDoesNotTurnTimeBackNorStopIt() {
    system = NOON.minus(Duration.ofHours(1));
    assertThat(clock.instant()).isEqualTo(NOON);
    passes(Duration.ofMinutes(2));
    assertThat(clock.instant()).isEqualTo(NOON.plus(Duration.ofMinutes(2)));
  }

  @Test
  void timesAreAsFineAsTheDatabaseKeepsThem() {
    nanos.addAndGet(1_234_567);
    assertThat(clock.instant()).isEqualTo(NOON.plusNanos(1_234_000));
  }

  @Test
  void aStepForwardIsFollowed() {
    system = NOON.plus(Duration.ofHours(8));
    assertThat(clock.instant()).isEqualTo(NOON.plus(Duration.ofHours(8)));
    passes(Duration.ofSeconds(3));
    assertThat(clock.instant()).isEqualTo(NOON.plus(Duration.ofHours(8)).plusSeconds(3));
  }
}
