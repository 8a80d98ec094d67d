package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.store.CallStatus;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call's own time: it runs while the provider is at work and in the pauses between attempts, and
 * stands still while the call waits for others to make room. Thread-safe.
 */
final class CallClock {

  private final InFlightCall call;
  private final Duration timeout;
  private final ScheduledExecutorService timer;
  private long usedNanos;
  private long runningSince;
  private @Nullable ScheduledFuture<?> alarm;

  CallClock(InFlightCall call, Duration timeout, ScheduledExecutorService timer) {
    this.call = call;
    this.timeout = timeout;
    this.timer = timer;
  }

  /** Goes on, until {@link #stop} or the call's end; when the time is over, it ends the call. */
  synchronized void start() {
    if (alarm == null && !call.outcome().isDone()) {
      runningSince = System.nanoTime();
      alarm = timer.schedule(() -> call.stop(over()), left().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Stands still. */
  synchronized void stop() {
    if (alarm != null) {
      usedNanos += System.nanoTime() - runningSince;
      alarm.cancel(false);
      alarm = null;
    }
  }

  synchronized Duration left() {
    long running = alarm == null ? 0 : System.nanoTime() - runningSince;
    return timeout.minusNanos(usedNanos + running);
  }

  private CallFailure over() {
    double seconds = timeout.toMillis() / 1000.0;
    String shown =
        seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
    return new CallFailure(CallStatus.TIMEOUT, "no answer within " + shown + " s");
  }
}
