package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.store.CallStatus;
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

  /** From the first time that this is asked for a call, the call has so long. */
  void limit(InFlightCall call, Duration timeout) {
    if (!call.takeDeadline()) {
      return;
    }
    CallFailure over =
        new CallFailure(CallStatus.TIMEOUT, "no answer within " + seconds(timeout) + " s");
    ScheduledFuture<?> deadline =
        timer.schedule(() -> call.stop(over), timeout.toMillis(), TimeUnit.MILLISECONDS);
    call.outcome().whenComplete((outcome, failure) -> deadline.cancel(false));
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

  private static String seconds(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
  }
}
