package dev.agentworkflows.coordinator.limit;

import dev.agentworkflows.spi.UsageLimit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the calls to one login from the moment that its usage limit is reached until it resets.
 * Then two calls go first, and the others when one of them is answered. By the wall clock, also
 * while the machine sleeps. Thread-safe; a call that waits holds no thread.
 */
final class UsageHold {

  private static final int FIRST_CALLS = 2;

  /** How long until a login is asked again that does not say when, doubled each time. */
  private static final Duration FIRST_CHECK = Duration.ofMinutes(1);

  private static final int MAX_DOUBLINGS = 5;

  /** Who names a later time names none. */
  private static final Duration MAX_AHEAD = Duration.ofDays(32);

  /** A timer that is set once for hours is late by the time that the machine slept. */
  private static final Duration TICK = Duration.ofSeconds(1);

  private enum State {
    OPEN,
    CLOSED,
    /** After the reset, until a call is answered. */
    FIRST
  }

  private record Waiting(
      LimitPatience patience, Consumer<UsageWait> shown, CompletableFuture<Pass> pass) {}

  /** A call may go out. What became of it is said once; what is said later counts for nothing. */
  final class Pass {
    private final long closings;
    private final boolean first;
    private boolean settled;

    private Pass(boolean first) {
      this.closings = UsageHold.this.closings;
      this.first = first;
    }

    /** Whether the limit was not reached since. */
    boolean isValid() {
      synchronized (UsageHold.this) {
        return closings == UsageHold.this.closings;
      }
    }

    void answered() {
      settle(this, null, State.OPEN);
    }

    void refused(@Nullable UsageLimit limit) {
      settle(this, limit == null ? UsageLimit.until(null, false) : limit, State.CLOSED);
    }

    /** Nothing is known of the login by this call. */
    void unused() {
      settle(this, null, State.FIRST);
    }
  }

  private final Clock clock;
  private final ProviderRateLimiter.Alarm alarm;
  private final Runnable changed;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private State state = State.OPEN;
  private UsageWait held = new UsageWait(Instant.MIN, false);
  private Object period = new Object();
  private long closings;
  private int unknown;
  private int firstOut;
  private boolean ticking;

  /**
   * @param changed is run after {@link #heldUntil} has changed
   */
  UsageHold(Clock clock, ProviderRateLimiter.Alarm alarm, Runnable changed) {
    this.clock = clock;
    this.alarm = alarm;
    this.changed = changed;
  }

  /** Until when no call goes out; null when calls do. */
  synchronized @Nullable Instant heldUntil() {
    return state == State.CLOSED ? held.until() : null;
  }

  /** What a call would wait for that came now; empty when it would go out at once. */
  synchronized Optional<UsageWait> waitNow() {
    boolean goes =
        switch (state) {
          case OPEN -> true;
          case CLOSED -> !clock.instant().isBefore(held.until());
          case FIRST -> firstOut < FIRST_CALLS;
        };
    return goes ? Optional.empty() : Optional.of(held);
  }

  /** What an earlier coordinator knew; a time that is over is none. */
  synchronized void restore(Instant resetsAt) {
    if (isPlausible(resetsAt, clock.instant())) {
      close(new UsageWait(resetsAt, true), new ArrayList<>());
    }
  }

  /**
   * Waits until the call may go out.
   *
   * @param shown is told when the call waits, and when the time changes; on any thread
   * @return fails with a {@link LimitReachedException}. Who no longer wants it completes the future
   *     themselves
   */
  CompletableFuture<Pass> enter(LimitPatience patience, Consumer<UsageWait> shown) {
    Waiting asked;
    List<Runnable> due = new ArrayList<>(0);
    synchronized (this) {
      if (state == State.OPEN) {
        return CompletableFuture.completedFuture(new Pass(false));
      }
      asked = new Waiting(patience, shown, new CompletableFuture<>());
      waiting.addLast(asked);
      advance(due);
      if (waiting.peekLast() == asked) {
        UsageWait wait = held;
        due.add(() -> shown.accept(wait));
      }
    }
    due.forEach(Runnable::run);
    return asked.pass();
  }

  /** A call was refused that had passed before anything was known of this limit. */
  void firstRefusal(UsageLimit limit) {
    new Pass(false).refused(limit);
  }

  private void settle(Pass pass, @Nullable UsageLimit limit, State outcome) {
    List<Runnable> due = new ArrayList<>();
    synchronized (this) {
      if (pass.settled) {
        return;
      }
      pass.settled = true;
      boolean current = pass.closings == closings;
      if (limit != null) {
        refused(limit, current, due);
      } else if (current && state == State.FIRST) {
        if (outcome == State.OPEN) {
          state = State.OPEN;
          unknown = 0;
          due.add(changed);
        } else if (pass.first) {
          firstOut--;
        }
      }
      advance(due);
    }
    due.forEach(Runnable::run);
  }

  /** A call that was sent before the limit was known may name a later reset, and no more. */
  private void refused(UsageLimit limit, boolean current, List<Runnable> due) {
    Instant now = clock.instant();
    Instant resetsAt = limit.resetsAt();
    if (resetsAt == null || !isPlausible(resetsAt, now)) {
      if (current) {
        Duration pause = FIRST_CHECK.multipliedBy(1L << Math.min(unknown++, MAX_DOUBLINGS));
        close(new UsageWait(now.plus(pause), false), due);
      }
    } else if (state != State.CLOSED || !held.told() || resetsAt.isAfter(held.until())) {
      close(new UsageWait(resetsAt, true), due);
    }
  }

  /** Whether somebody may mean it: neither over, nor later than any limit resets. */
  static boolean isPlausible(Instant resetsAt, Instant now) {
    return resetsAt.isAfter(now) && resetsAt.isBefore(now.plus(MAX_AHEAD));
  }

  private void close(UsageWait wait, List<Runnable> due) {
    if (state == State.OPEN) {
      period = new Object();
    }
    state = State.CLOSED;
    closings++;
    firstOut = 0;
    held = wait;
    due.add(changed);
    waiting.forEach(call -> due.add(() -> call.shown().accept(wait)));
  }

  /** Lets out whoever may go, and tells those who can't wait so long. */
  private void advance(List<Runnable> due) {
    Instant now = clock.instant();
    boolean reset = state == State.CLOSED && !now.isBefore(held.until());
    if (reset) {
      state = State.FIRST;
    }
    Iterator<Waiting> each = waiting.iterator();
    while (each.hasNext()) {
      Waiting call = each.next();
      if (call.pass().isDone() || mayGo(call, now, due)) {
        each.remove();
      }
    }
    if (reset) {
      // From now on they wait for the first answers, and not until a time that is over.
      UsageWait wait = held;
      waiting.forEach(call ->
          due.add(() -> {
            if (!call.pass().isDone()) {
              call.shown().accept(wait);
            }
          }));
    }
    if (state == State.CLOSED && !waiting.isEmpty() && !ticking) {
      ticking = true;
      Duration left = Duration.between(now, held.until());
      alarm.after(left.compareTo(TICK) < 0 ? left : TICK, this::tick);
    }
  }

  private boolean mayGo(Waiting call, Instant now, List<Runnable> due) {
    switch (state) {
      case OPEN -> {
        Pass pass = new Pass(false);
        due.add(() -> call.pass().complete(pass));
      }
      case FIRST -> {
        if (firstOut == FIRST_CALLS) {
          return false;
        }
        firstOut++;
        Pass pass = new Pass(true);
        due.add(() -> {
          if (!call.pass().complete(pass)) {
            pass.unused();
          }
        });
      }
      case CLOSED -> {
        Instant deadline = call.patience().deadline(period, now);
        if (now.isBefore(deadline) && !(held.told() && held.until().isAfter(deadline))) {
          return false;
        }
        LimitReachedException failure =
            new LimitReachedException(held.told() ? held.until() : null);
        due.add(() -> call.pass().completeExceptionally(failure));
      }
    }
    return true;
  }

  private void tick() {
    List<Runnable> due = new ArrayList<>();
    synchronized (this) {
      ticking = false;
      advance(due);
    }
    due.forEach(Runnable::run);
  }
}
