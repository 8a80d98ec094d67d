package dev.agentworkflows.coordinator.app;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * The system's time, without its steps back: while somebody sets the clock back, time goes on at
 * its pace, so that no duration is negative and nothing waits for an hour that comes again. Steps
 * forward are followed: the machine may have slept. Thread-safe.
 */
public final class SteadyClock extends Clock {

  /** Below that, the clock is only being trimmed. */
  private static final Duration STEP = Duration.ofSeconds(1);

  private final Clock system;
  private final LongSupplier nanos;
  private final ZoneId zone;
  private Instant base;
  private long baseNanos;

  public SteadyClock() {
    this(Clock.systemUTC(), System::nanoTime, ZoneOffset.UTC);
  }

  /**
   * As for tests.
   *
   * @param nanos goes on whatever the system's clock does
   */
  SteadyClock(Clock system, LongSupplier nanos, ZoneId zone) {
    this.system = system;
    this.nanos = nanos;
    this.zone = zone;
    this.base = system.instant();
    this.baseNanos = nanos.getAsLong();
  }

  @Override
  public synchronized Instant instant() {
    long passed = nanos.getAsLong() - baseNanos;
    Instant steady = base.plusNanos(passed);
    Instant told = system.instant();
    if (Duration.between(steady, told).compareTo(STEP) >= 0) {
      base = told;
      baseNanos += passed;
      return stored(told);
    }
    return stored(steady);
  }

  /** As the database keeps times: what is read back equals what was written. */
  private static Instant stored(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new SteadyClock(system, nanos, other);
  }
}
