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
  private boolean unpriced;
  private boolean free;
  private @Nullable String answering;
  private Bill unsettled = Bill.NONE;

  /** The number of the attempt that starts now. */
  synchronized int startAttempt() {
    if (!asked) {
      asked = true;
      queueNanos = System.nanoTime() - admittedNanos;
    }
    answering = null;
    return ++attempts;
  }

  /** Which model answers the attempt that is out, as its provider says. */
  synchronized void answering(@Nullable String model) {
    answering = model;
  }

  /** Null where nobody has said it. */
  synchronized @Nullable String answering() {
    return answering;
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
    unpriced |= cost == null;
    if (cost != null) {
      costUsd = costUsd == null ? cost : costUsd.add(cost);
    }
  }

  /** An attempt has taken nothing, whatever its model costs. */
  synchronized void free() {
    free = true;
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

  /** Of what had a price; null when nothing had. */
  synchronized @Nullable BigDecimal costUsd() {
    return costUsd;
  }

  /** As {@link #costUsd}, and nothing where no attempt has taken anything. */
  synchronized @Nullable BigDecimal totalCostUsd() {
    return costUsd == null && free && !unpriced ? BigDecimal.ZERO : costUsd;
  }

  synchronized long queueMs() {
    return Duration.ofNanos(queueNanos).toMillis();
  }

  synchronized long durationMs() {
    return Duration.ofNanos(providerNanos).toMillis();
  }
}
