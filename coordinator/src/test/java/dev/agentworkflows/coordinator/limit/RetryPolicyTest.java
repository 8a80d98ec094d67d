package dev.agentworkflows.coordinator.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.Usage;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private final RetryPolicy schedule = new RetryPolicy(new Random(7));

  private static AdapterException failure(Kind kind) {
    return new AdapterException(kind, "busy");
  }

  @Test
  void aReadOnlyCallIsTriedFourTimesWithGrowingPauses() {
    for (int attempts = 1; attempts <= 3; attempts++) {
      long full = 500L << (attempts - 1);
      assertThat(schedule.pauseAfter(attempts, false, failure(Kind.TRANSIENT)))
          .hasValueSatisfying(pause -> assertThat(pause.toMillis()).isBetween(full / 2, full));
    }
    assertThat(schedule.pauseAfter(4, false, failure(Kind.TRANSIENT))).isEmpty();
  }

  @Test
  void aMutatingCallIsTriedAgainOnlyWhenNothingSurelyBegan() {
    assertThat(schedule.pauseAfter(1, true, failure(Kind.NOT_SENT))).isPresent();
    for (Kind kind : new Kind[] {Kind.TRANSIENT, Kind.RATE_LIMITED}) {
      assertThat(schedule.pauseAfter(1, true, failure(kind))).as("%s", kind).isEmpty();
      AdapterException turnedAway = failure(kind).beforeWork();
      assertThat(schedule.pauseAfter(1, true, turnedAway)).as("%s", kind).isPresent();
      AdapterException worked = turnedAway.billed(Usage.of(1, 1), null);
      assertThat(schedule.pauseAfter(1, true, worked)).as("%s", kind).isEmpty();
    }
  }

  @Test
  void whatCannotGetBetterIsNotTriedAgain() {
    assertThat(schedule.pauseAfter(1, false, failure(Kind.PERMANENT))).isEmpty();
    assertThat(schedule.pauseAfter(1, false, failure(Kind.TIMEOUT))).isEmpty();
  }

  @Test
  void theProvidersOwnWishIsHonoured() {
    AdapterException asked =
        new AdapterException(Kind.TRANSIENT, "busy", Duration.ofSeconds(30), Usage.UNKNOWN, null);
    assertThat(schedule.pauseAfter(1, false, asked)).hasValue(Duration.ofSeconds(30));
  }
}
