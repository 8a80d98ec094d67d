package dev.agentworkflows.coordinator.limit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets so many calls out to each provider at once, over all runs of a coordinator, in the order in
 * which they asked. Thread-safe; a call that waits holds no thread.
 */
public final class ProviderPermits {

  private final Map<String, Gate> gates = new ConcurrentHashMap<>();

  /**
   * Waits for a permit.
   *
   * @param limit how many may be out at once; 0 for no limit
   * @return completes when the call may go out, on the thread of the call that came back. Who no
   *     longer wants it completes the future himself
   */
  public CompletableFuture<Permit> acquire(String provider, int limit) {
    if (limit == 0) {
      return CompletableFuture.completedFuture(Permit.UNLIMITED);
    }
    return gates.computeIfAbsent(provider, name -> new Gate(limit)).acquire();
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

  private static final class Gate {
    private final Deque<CompletableFuture<Permit>> waiting = new ArrayDeque<>();
    private int free;

    Gate(int limit) {
      this.free = limit;
    }

    synchronized CompletableFuture<Permit> acquire() {
      if (free > 0) {
        free--;
        return CompletableFuture.completedFuture(new Permit(this::release));
      }
      CompletableFuture<Permit> later = new CompletableFuture<>();
      waiting.add(later);
      return later;
    }

    /** Passes the place on to the first that still wants it. */
    void release() {
      CompletableFuture<Permit> next;
      do {
        synchronized (this) {
          next = waiting.poll();
          if (next == null) {
            free++;
            return;
          }
        }
      } while (!next.complete(new Permit(this::release)));
    }
  }
}
