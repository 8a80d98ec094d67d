package dev.agentworkflows.coordinator.limit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many calls out to each provider at once, over all runs of a coordinator: the runs that
 * wait take turns, and the calls of one run go in the order in which they asked. Thread-safe; a
 * call that waits holds no thread.
 */
public final class ConcurrencyLimiter {

  private final Map<String, ProviderQueue> queues = new ConcurrentHashMap<>();

  /**
   * Waits for a permit.
   *
   * @param limit how many may be out at once; 0 for no limit
   * @param run whose turn it is; another run's many calls don't keep it waiting
   * @return completes when the call may go out, on the thread of the call that came back. Who no
   *     longer wants it completes the future himself
   */
  public CompletableFuture<Permit> acquire(String provider, int limit, String run) {
    if (limit == 0) {
      return CompletableFuture.completedFuture(Permit.UNLIMITED);
    }
    return queues.computeIfAbsent(provider, name -> new ProviderQueue(limit)).acquire(run);
  }

  /** Must be given back exactly once. */
  public static final class Permit {
    private static final Permit UNLIMITED = new Permit(() -> {});

    private final Runnable giveBack;

    private Permit(Runnable giveBack) {
      this.giveBack = giveBack;
    }

    public void release() {
      giveBack.run();
    }
  }

  private static final class ProviderQueue {
    /** By run; the run that is next comes first. */
    private final LinkedHashMap<String, Deque<CompletableFuture<Permit>>> waiting =
        new LinkedHashMap<>();

    private int free;

    ProviderQueue(int limit) {
      this.free = limit;
    }

    synchronized CompletableFuture<Permit> acquire(String run) {
      if (free > 0) {
        free--;
        return CompletableFuture.completedFuture(new Permit(this::release));
      }
      CompletableFuture<Permit> later = new CompletableFuture<>();
      waiting.computeIfAbsent(run, first -> new ArrayDeque<>()).add(later);
      return later;
    }

    /** Passes the place on to the next that still wants it. */
    void release() {
      CompletableFuture<Permit> next;
      do {
        synchronized (this) {
          next = next();
          if (next == null) {
            free++;
            return;
          }
        }
      } while (!next.complete(new Permit(this::release)));
    }

    private @Nullable CompletableFuture<Permit> next() {
      var runs = waiting.entrySet().iterator();
      if (!runs.hasNext()) {
        return null;
      }
      var run = runs.next();
      CompletableFuture<Permit> next = run.getValue().poll();
      runs.remove();
      if (!run.getValue().isEmpty()) {
        waiting.put(run.getKey(), run.getValue()); // behind the others
      }
      return next;
    }
  }
}
