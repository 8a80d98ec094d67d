package dev.agentworkflows.coordinator.limit;

import java.time.Duration;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * How long one call waits for usage limits: so long for each time that a limit is reached, however
 * often the call is refused meanwhile. Thread-safe.
 */
public final class LimitPatience {

  /** A call that alone is refused, over and over, is not asked for ever. */
  private static final int MAX_REFUSALS = 10;

  private final Duration max;
  private final Map<Object, Instant> deadlines = new IdentityHashMap<>(2);
  private int refusals;

  /**
   * @param max zero for a call that does not wait
   */
  public LimitPatience(Duration max) {
    this.max = max;
  }

  public Duration max() {
    return max;
  }

  /** Counts a refusal of the call; false when there were too many. */
  public synchronized boolean allowsAnotherRefusal() {
    return ++refusals <= MAX_REFUSALS;
  }

  /**
   * @param period the time in which the limit is reached
   * @param now when the call begins to wait, if it has not waited in this period yet
   */
  synchronized Instant deadline(Object period, Instant now) {
    return deadlines.computeIfAbsent(period, first -> now.plus(max));
  }
}
