package dev.agentworkflows.coordinator.mcp;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import reactor.core.publisher.Mono;

/** Work that blocks, on threads of its own: whoever reads messages must never wait for it. */
final class Blocking implements AutoCloseable {

  private final ExecutorService threads =
      Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "mcp");
        thread.setDaemon(true);
        return thread;
      });

  /** Does the work when it is asked for; interrupts it when nobody waits for it any more. */
  <T> Mono<T> mono(Callable<T> work) {
    return Mono.create(sink -> {
      Future<?> running =
          threads.submit(() -> {
            try {
              sink.success(work.call());
            } catch (Throwable e) {
              // Also an Error: whoever waits for the result would wait for ever.
              sink.error(e);
            }
          });
      sink.onCancel(() -> running.cancel(true));
    });
  }

  void run(Runnable work) {
    threads.execute(work);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
