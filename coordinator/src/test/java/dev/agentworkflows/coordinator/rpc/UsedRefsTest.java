package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentworkflows.testkit.Generated;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Numbers of calls, each of which comes once. */
class UsedRefsTest {

  private static final long SEED = Generated.seed();

  private final UsedRefs refs = new UsedRefs();

  @Test
  void everyNumberIsTakenOnce() {
    Random random = new Random(SEED);
    Set<Long> taken = new HashSet<>();
    for (int i = 0; i < 50_000; i++) {
      long ref =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(1_000);
            case 1 -> Long.MAX_VALUE - random.nextInt(100);
            case 2 -> Long.MIN_VALUE + random.nextInt(100);
            default -> 5_000 + i;
          };
      boolean fresh = taken.add(ref);
      boolean accepted = accepts(ref);
      assertThat(accepted).as("seed %d: %d", SEED, ref).isEqualTo(fresh);
    }
  }

  private boolean accepts(long ref) {
    try {
      refs.use(ref);
      return true;
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("twice");
      return false;
    }
  }

  @Test
  void aMillionConsecutiveNumbersCostNothing() {
    for (long ref = 0; ref < 1_000_000; ref++) {
      refs.use(ref);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> refs.use(500_000));
  }

  @Test
  void numbersWithTooManyGapsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> {
          for (long ref = 0; ref < 1_000_000; ref += 2) {
            refs.use(ref);
          }
        })
        .withMessageContaining("gaps");
  }
}
