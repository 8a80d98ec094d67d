package dev.agentworkflows.coordinator.call;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Blocking work for a call on a thread of its own, which is interrupted when the call is stopped.
 */
final class InterruptibleWork<T> {

  private final InFlightCall call;
  private final Callable<T> work;
  private final CompletableFuture<T> done = new CompletableFuture<>();
  private @Nullable Thread thread;

  private InterruptibleWork(InFlightCall call, Callable<T> work) {
    this.call = call;
    this.work = work;
  }

  /**
   * Completes with what the work gives or throws, on the thread that did it. A stopped call's work
   * does not begin.
   */
  static <T> CompletableFuture<T> start(InFlightCall call, Executor threads, Callable<T> work) {
    InterruptibleWork<T> task = new InterruptibleWork<>(call, work);
    call.onStop(task::interrupt);
    threads.execute(task::run);
    return task.done;
  }

  private void run() {
    synchronized (this) {
      thread = Thread.currentThread();
    }
    Runnable end;
    try {
      CallFailure stopped = call.stopped();
      if (stopped != null) {
        throw stopped;
      }
      T result = work.call();
      end = () -> done.complete(result);
    } catch (Exception | Error e) {
      end = () -> done.completeExceptionally(e);
    }
    // From here on a stop must not interrupt this thread: it goes on with the call.
    synchronized (this) {
      thread = null;
      Thread.interrupted();
    }
    end.run();
  }

  private synchronized void interrupt() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
