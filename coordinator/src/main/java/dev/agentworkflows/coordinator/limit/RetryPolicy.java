package dev.agentworkflows.coordinator.limit;

import dev.agentworkflows.spi.AdapterException;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a failed attempt is followed by another: up to 4 attempts, half a second doubled each time,
 * with jitter, and never before the provider's {@code Retry-After}.
 */
public final class RetryPolicy {

  private static final int MAX_ATTEMPTS = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  private final RandomGenerator random;

  public RetryPolicy(RandomGenerator random) {
    this.random = random;
  }

  /**
   * How long to wait before the next attempt; empty when there is to be none.
   *
   * @param attempts how many were made so far, at least 1
   */
  public Optional<Duration> pauseAfter(int attempts, boolean mutating, AdapterException failure) {
    boolean again =
        switch (failure.kind()) {
          case NOT_SENT -> true;
          case TRANSIENT, RATE_LIMITED -> !mutating || failure.nothingBegan();
          case USAGE_LIMITED,
              EXHAUSTED,
              BUDGET_REACHED,
              UNAVAILABLE,
              PERMANENT,
              REFUSED,
              TIMEOUT,
              SESSION_LOST ->
              false;
        };
    if (!again || attempts >= MAX_ATTEMPTS) {
      return Optional.empty();
    }
    long full = FIRST_PAUSE.toMillis() << (attempts - 1);
    Duration pause = Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    Duration asked = failure.retryAfter();
    return Optional.of(asked != null && asked.compareTo(pause) > 0 ? asked : pause);
  }
}
