package dev.agentworkflows.coordinator.limit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When calls may go out to one provider: spread over the minute as its limits say, more slowly once
 * it has refused one, and not at all while it asks to wait. Thread-safe; a call that waits holds no
 * thread.
 */
public final class ProviderRateLimiter {

  private static final double MINUTE = 60e9;
  private static final long FIRST_PAUSE = Duration.ofMillis(500).toNanos();
  private static final int MAX_DOUBLINGS = 6;

  /** Has something done later, on any thread. */
  @FunctionalInterface
  public interface Alarm {
    void after(Duration delay, Runnable action);
  }

  /** The provider takes no call before the caller's time is over. */
  public static final class ClosedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Duration closedFor;

    ClosedException(Duration closedFor) {
      super("closed for " + closedFor);
      this.closedFor = closedFor;
    }

    public Duration closedFor() {
      return closedFor;
    }
  }

  /** A call may go out now. Its caller says what became of it, exactly once. */
  public final class Grant {
    private final long sent;
    private final long promptTokens;
    private final long reservedTokens;

    private Grant(long sent, long promptTokens, long reservedTokens) {
      this.sent = sent;
      this.promptTokens = promptTokens;
      this.reservedTokens = reservedTokens;
    }

    /**
     * The provider did not refuse the call.
     *
     * @param tokens what it counted; 0 when it does not say
     */
    public void onAccepted(long tokens) {
      ProviderRateLimiter.this.onAccepted(this, tokens);
    }

    /**
     * The provider refused the call, because too much was asked of it.
     *
     * @param wait how long it asks to wait; null when it does not say
     */
    public void onThrottled(@Nullable Duration wait) {
      ProviderRateLimiter.this.onThrottled(this, wait);
    }

    /** The call did not go out, or the provider refused it for another reason than its rate. */
    public void onUnused() {
      ProviderRateLimiter.this.onUnused(this);
    }
  }

  private record Waiting(long promptTokens, Duration patience, CompletableFuture<Grant> turn) {}

  private final double nanosPerRequest;
  private final double nanosPerToken;
  private final LongSupplier clock;
  private final long origin;
  private final Alarm alarm;

  private final AdaptiveRate learned = new AdaptiveRate();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private boolean lettingOut;
  private long opensAt;
  private long requestsFreeAt;
  private long tokensFreeAt;
  private long closedSince;
  private int refusedInARow;
  private long takenSoFar;
  private double answerTokens;

  /**
   * @param requestsPerMinute 0 for no limit
   * @param tokensPerMinute input and output together; 0 for no limit
   * @param clock in nanoseconds
   */
  ProviderRateLimiter(
      long requestsPerMinute, long tokensPerMinute, LongSupplier clock, Alarm alarm) {
    this.nanosPerRequest = requestsPerMinute == 0 ? 0 : MINUTE / requestsPerMinute;
    this.nanosPerToken = tokensPerMinute == 0 ? 0 : MINUTE / tokensPerMinute;
    this.clock = clock;
    this.origin = clock.getAsLong();
    this.alarm = alarm;
  }

  /**
   * Waits until the call may go out.
   *
   * @param promptTokens roughly what the provider will read
   * @param patience how long the call can wait for a provider that is closed
   * @return completes in the order in which calls asked, on any thread; fails with a {@link
   *     ClosedException}. Who no longer wants it completes the future himself
   */
  public CompletableFuture<Grant> turn(long promptTokens, Duration patience) {
    Waiting asked = new Waiting(promptTokens, patience, new CompletableFuture<>());
    synchronized (this) {
      Duration closed = Duration.ofNanos(opensAt - now());
      if (closed.compareTo(patience) > 0) {
        return CompletableFuture.failedFuture(new ClosedException(closed));
      }
      waiting.addLast(asked);
      if (lettingOut) {
        return asked.turn();
      }
      lettingOut = true;
    }
    letOut();
    return asked.turn();
  }

  /** Lets out whoever may go, and comes back when the next one may. */
  private void letOut() {
    while (true) {
      Waiting next;
      Grant turn;
      synchronized (this) {
        while (!waiting.isEmpty() && waiting.getFirst().turn().isDone()) {
          waiting.removeFirst();
        }
        if (waiting.isEmpty()) {
          lettingOut = false;
          return;
        }
        long now = now();
        long wait = Math.max(opensAt, Math.max(requestsFreeAt, tokensFreeAt)) - now;
        if (wait > 0) {
          alarm.after(Duration.ofNanos(wait), this::letOut);
          return;
        }
        next = waiting.removeFirst();
        turn = leaves(now, next.promptTokens());
      }
      next.turn().complete(turn);
    }
  }

  private Grant leaves(long now, long promptTokens) {
    double interval = Math.max(nanosPerRequest, learned.intervalNanos(now));
    learned.sent(now);
    requestsFreeAt = Math.max(now, requestsFreeAt) + (long) interval;
    long reserved = promptTokens + (long) answerTokens;
    tokensFreeAt = Math.max(now, tokensFreeAt) + (long) (reserved * nanosPerToken);
    return new Grant(now, promptTokens, reserved);
  }

  /** How many requests the provider has taken so far. */
  public synchronized long takenSoFar() {
    return takenSoFar;
  }

  private synchronized void onAccepted(Grant turn, long tokens) {
    takenSoFar++;
    refusedInARow = 0;
    learned.taken(now());
    if (tokens > 0) {
      // What a call reads and writes is known when it is back: later ones wait for the difference.
      tokensFreeAt += (long) ((tokens - turn.reservedTokens) * nanosPerToken);
      answerTokens = 0.8 * answerTokens + 0.2 * Math.max(0, tokens - turn.promptTokens);
    }
  }

  private synchronized void onUnused(Grant turn) {
    tokensFreeAt -= (long) (turn.reservedTokens * nanosPerToken);
  }

  private void onThrottled(Grant turn, @Nullable Duration wait) {
    Duration pause;
    synchronized (this) {
      long now = now();
      if (learned.refused(now, turn.sent)) {
        requestsFreeAt = now + learned.intervalNanos(now);
      }
      // Who says that no wait is needed and refuses the next one, too, is not taken at its word.
      if (wait != null && (wait.toNanos() >= FIRST_PAUSE || refusedInARow == 0)) {
        pause = wait;
        refusedInARow += turn.sent < closedSince ? 0 : 1;
      } else if (turn.sent < closedSince) {
        return; // It was on its way when another was refused, and tells nothing new.
      } else {
        pause = Duration.ofNanos(FIRST_PAUSE << Math.min(refusedInARow++, MAX_DOUBLINGS));
      }
      tokensFreeAt -= (long) (turn.reservedTokens * nanosPerToken);
    }
    pauseFor(pause);
  }

  /** Lets nobody out for so long, a day at most; those who can't wait so long are told. */
  public void pauseFor(Duration wait) {
    List<Waiting> impatient = new ArrayList<>();
    ClosedException failure;
    synchronized (this) {
      closedSince = now();
      opensAt = Math.max(opensAt, closedSince + atMostADay(wait).toNanos());
      Duration closed = Duration.ofNanos(opensAt - closedSince);
      waiting.removeIf(call -> call.patience().compareTo(closed) < 0 && impatient.add(call));
      failure = new ClosedException(closed);
    }
    impatient.forEach(call -> call.turn().completeExceptionally(failure));
  }

  /** How long it still lets nobody out because the provider asked so; zero when it does. */
  public synchronized Duration closedFor() {
    return Duration.ofNanos(Math.max(0, opensAt - now()));
  }

  private static Duration atMostADay(Duration wait) {
    Duration day = Duration.ofDays(1);
    return wait.compareTo(day) < 0 ? wait : day;
  }

  private long now() {
    return clock.getAsLong() - origin;
  }
}
