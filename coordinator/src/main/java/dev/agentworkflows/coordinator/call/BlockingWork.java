package dev.agentworkflows.coordinator.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that adapters block: virtual ones where the JDK has them, else the system's. */
final class BlockingWork {

  /** Reserved, not used up: enough to hold a deep answer against a recursive schema. */
  private static final long STACK_BYTES = 1024 * 1024;

  private static final int MIN_THREADS = 512;
  private static final int MAX_THREADS = 16_000;
  private static final long PER_THREAD = 128 * 1024;

  private static final boolean HAS_VIRTUAL = Runtime.version().feature() >= 21;

  private BlockingWork() {}

  static ExecutorService newExecutor() {
    try {
      return (ExecutorService)
          MethodHandles.publicLookup()
              .findStatic(
                  Executors.class,
                  "newVirtualThreadPerTaskExecutor",
                  MethodType.methodType(ExecutorService.class))
              .invoke();
    } catch (Throwable beforeJava21) {
      return platformThreads();
    }
  }

  /** How many there may be: each of the system's takes memory that no heap limit bounds. */
  static int most() {
    return HAS_VIRTUAL
        ? Integer.MAX_VALUE
        : (int)
            Math.max(
                MIN_THREADS, Math.min(MAX_THREADS, Runtime.getRuntime().maxMemory() / PER_THREAD));
  }

  private static ExecutorService platformThreads() {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread =
              new Thread(null, task, "adapter-" + number.incrementAndGet(), STACK_BYTES);
          thread.setDaemon(true);
          return thread;
        });
  }
}
