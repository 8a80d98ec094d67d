package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a call took, added up over its attempts. Thread-safe. */
final class CallMeter {

  private final long admittedNanos = System.nanoTime();
  private long queueNanos;
  private boolean asked;
  private long providerNanos;
  private int attempts;
  private Usage usage = Usage.UNKNOWN;
  private @Nullable BigDecimal costUsd;
  private Bill unsettled = Bill.NONE;

  /** The number of the attempt that starts now. */
  synchronized int startAttempt() {
    if (!asked) {
      asked = true;
      queueNanos = System.nanoTime() - admittedNanos;
    }
    return ++attempts;
  }

  synchronized void endAttempt(long nanos) {
    providerNanos += nanos;
  }

  /**
   * Adds what an attempt is billed.
   *
   * @param cost null when nobody knows
   */
  synchronized void bill(Usage more, @Nullable BigDecimal cost) {
    usage = usage.plus(more);
    unsettled = unsettled.plus(new Bill(more, cost));
    if (cost != null) {
      costUsd = costUsd == null ? cost : costUsd.add(cost);
    }
  }

  /** What was billed since the last time that this was asked: each bill is settled once. */
  synchronized Bill takeUnsettled() {
    Bill bills = unsettled;
    unsettled = Bill.NONE;
    return bills;
  }

  synchronized int attempts() {
    return attempts;
  }

  synchronized Usage usage() {
    return usage;
  }

  synchronized @Nullable BigDecimal costUsd() {
    return costUsd;
  }

  synchronized long queueMs() {
    return Duration.ofNanos(queueNanos).toMillis();
  }

  synchronized long durationMs() {
    return Duration.ofNanos(providerNanos).toMillis();
  }
}
