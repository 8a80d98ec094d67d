package dev.agentworkflows.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what another process does: it can't tell us otherwise. */
public final class Waiting {

  private Waiting() {}

  public static void until(BooleanSupplier condition, Duration atMost) throws TimeoutException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new TimeoutException("not within " + atMost);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
