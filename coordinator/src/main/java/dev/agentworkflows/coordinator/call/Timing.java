package dev.agentworkflows.coordinator.call;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** What happens to calls as time goes by; no thread waits for it. */
final class Timing implements AutoCloseable {

  private final ScheduledThreadPoolExecutor timer;

  Timing() {
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "call-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
  }

  ScheduledThreadPoolExecutor timer() {
    return timer;
  }

  /** The clock of a call that is about to be paid for; it stands still at first. */
  CallClock clock(InFlightCall call, Duration timeout) {
    CallClock clock = new CallClock(call, timeout, timer);
    call.outcome().whenComplete((outcome, failure) -> clock.stop());
    return clock;
  }

  /** Has something done later, on the timer's thread. */
  void after(Duration delay, Runnable action) {
    timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Completes when so much time has gone by. */
  CompletableFuture<Void> pause(Duration duration) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    ScheduledFuture<?> wake =
        timer.schedule(() -> over.complete(null), duration.toMillis(), TimeUnit.MILLISECONDS);
    over.whenComplete((done, failure) -> wake.cancel(false));
    return over;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
