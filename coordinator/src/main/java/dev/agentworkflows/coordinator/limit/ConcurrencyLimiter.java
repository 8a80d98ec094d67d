package dev.agentworkflows.coordinator.limit;

import dev.agentworkflows.coordinator.limit.ProviderRateLimiter.Alarm;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many calls out to each provider at once, over all runs of a coordinator: the runs that
 * wait take turns, and the calls of one run go in the order in which they asked. Thread-safe; a
 * call that waits holds no thread.
 */
public final class ConcurrencyLimiter {

  /** How late a call may be that waits while the limit is lowered, once it is no longer. */
  private static final Duration TICK = Duration.ofSeconds(1);

  private final Map<String, ProviderQueue> queues = new ConcurrentHashMap<>();
  private final Alarm alarm;

  public ConcurrencyLimiter(Alarm alarm) {
    this.alarm = alarm;
  }

  /**
   * Waits for a permit.
   *
   * @param limit how many may be out at once; 0 for no limit
   * @param run whose turn it is; another run's many calls don't keep it waiting
   * @return completes when the call may go out, on the thread of the call that came back. Who no
   *     longer wants it completes the future himself
   */
  public CompletableFuture<Permit> acquire(String provider, int limit, String run) {
    return acquire(provider, limit, () -> limit, run);
  }

  /**
   * As {@link #acquire(String, int, String)}, with a limit that may be lowered for a time. What is
   * out already stays out.
   *
   * @param limit how many may be out at once at most; 0 for no limit
   * @param now how many may be out at present, at least 1; asked again and again, and cheap. That
   *     of a provider's first call is asked for all
   */
  public CompletableFuture<Permit> acquire(
      String provider, int limit, IntSupplier now, String run) {
    if (limit == 0) {
      return CompletableFuture.completedFuture(Permit.UNLIMITED);
    }
    return queues.computeIfAbsent(provider, name -> new ProviderQueue(limit, now)).acquire(run);
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

  private final class ProviderQueue {
    /** By run; the run that is next comes first. */
    private final LinkedHashMap<String, Deque<CompletableFuture<Permit>>> waiting =
        new LinkedHashMap<>();

    private final int limit;
    private final IntSupplier now;
    private int out;
    private boolean ticking;

    ProviderQueue(int limit, IntSupplier now) {
      this.limit = limit;
      this.now = now;
    }

    CompletableFuture<Permit> acquire(String run) {
      CompletableFuture<Permit> asked = new CompletableFuture<>();
      synchronized (this) {
        waiting.computeIfAbsent(run, first -> new ArrayDeque<>()).add(asked);
      }
      advance();
      return asked;
    }

    void release() {
      synchronized (this) {
        out--;
      }
      advance();
    }

    /** Lets out whoever may go, and passes by those who no longer want to. */
    private void advance() {
      while (true) {
        CompletableFuture<Permit> next;
        synchronized (this) {
          if (!hasPlace()) {
            return;
          }
          next = next();
          if (next == null) {
            return;
          }
          out++;
        }
        if (!next.complete(new Permit(this::release))) {
          synchronized (this) {
            out--;
          }
        }
      }
    }

    /** Nobody tells when a lowered limit rises: that is looked at as long as calls wait for it. */
    private boolean hasPlace() {
      if (out >= limit || waiting.isEmpty()) {
        return false;
      }
      if (out < now.getAsInt()) {
        return true;
      }
      if (!ticking) {
        ticking = true;
        alarm.after(TICK, this::tick);
      }
      return false;
    }

    private void tick() {
      synchronized (this) {
        ticking = false;
      }
      advance();
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
