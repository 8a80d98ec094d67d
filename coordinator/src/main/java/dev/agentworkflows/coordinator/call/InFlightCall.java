package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.store.AnswerSession;
import dev.agentworkflows.store.CallStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way: what waits for it, and how it is stopped. Thread-safe.
 *
 * <p>Whatever the call waits for at the moment says, through {@link #onStop}, how that waiting
 * ends.
 */
public final class InFlightCall {

  private final CompletableFuture<CallOutcome> outcome = new CompletableFuture<>();
  private final CallMeter meter = new CallMeter();
  private @Nullable CallFailure stopped;
  private Runnable atStop = () -> {};
  private @Nullable CallClock clock;
  private @Nullable Candidates candidates;
  private @Nullable AnswerSession heldSession;
  private boolean providerAtWork;
  private Runnable atIdle = () -> {};
  private volatile long historyBytes;
  private CompletableFuture<Void> startWritten = CompletableFuture.completedFuture(null);

  InFlightCall() {}

  /** Completes once the call is durable; never exceptionally. */
  public CompletableFuture<CallOutcome> outcome() {
    return outcome;
  }

  /** What the call holds in memory besides its request: what was said before, in bytes. */
  public long historyBytes() {
    return historyBytes;
  }

  void historyBytes(long bytes) {
    historyBytes = bytes;
  }

  CallMeter meter() {
    return meter;
  }

  /** The call's one clock, however often its provider is asked. */
  synchronized CallClock clock(Supplier<CallClock> made) {
    CallClock known = clock;
    if (known == null) {
      known = made.get();
      clock = known;
    }
    return known;
  }

  /** The call waits for others from now on, which is not its own time. */
  void stopClock() {
    CallClock known;
    synchronized (this) {
      known = clock;
    }
    if (known != null) {
      known.stop();
    }
  }

  /** Whom the call may still ask. */
  synchronized Candidates candidates(AdmittedCall admitted) {
    Candidates known = candidates;
    if (known == null) {
      known = new Candidates(admitted);
      candidates = known;
    }
    return known;
  }

  /** The session that this call took for itself alone, while nothing has happened in it. */
  synchronized Optional<AnswerSession> heldSession() {
    return Optional.ofNullable(heldSession);
  }

  /** Null once an attempt may have changed what it holds. */
  synchronized void holdSession(@Nullable AnswerSession session) {
    heldSession = session;
  }

  /** Ends the call at once with status {@code cancelled}, unless it has ended. */
  public void cancel(String why) {
    stop(new CallFailure(CallStatus.CANCELLED, why));
  }

  /** The write of the call's start, which a read-only call does not wait for. */
  synchronized CompletableFuture<Void> startWritten() {
    return startWritten;
  }

  synchronized void startWritten(CompletableFuture<Void> write) {
    startWritten = write;
  }

  /** An adapter that does not stop when it should is at work after its call's end, too. */
  synchronized boolean providerAtWork() {
    return providerAtWork;
  }

  void providerAtWork(boolean now) {
    Runnable action = () -> {};
    synchronized (this) {
      providerAtWork = now;
      if (!now) {
        action = atIdle;
        atIdle = () -> {};
      }
    }
    action.run();
  }

  /** Does something once no adapter is at work for the call: now, or when it has stopped. */
  void whenIdle(Runnable action) {
    synchronized (this) {
      if (providerAtWork) {
        Runnable before = atIdle;
        atIdle =
            () -> {
              before.run();
              action.run();
            };
        return;
      }
    }
    action.run();
  }

  void stop(CallFailure why) {
    Runnable action;
    synchronized (this) {
      if (stopped != null || outcome.isDone()) {
        return;
      }
      stopped = why;
      action = atStop;
    }
    action.run();
  }

  synchronized @Nullable CallFailure stopped() {
    return stopped;
  }

  /** What to do when the call is stopped from now on; done at once if it is stopped already. */
  void onStop(Runnable action) {
    synchronized (this) {
      if (stopped == null) {
        atStop = action;
        return;
      }
    }
    action.run();
  }

  /**
   * The same future, which now ends when the call is stopped. One that is done stays as it is: what
   * it granted must find its way back, and the next step asks {@link #stopped} anyway.
   */
  <T> CompletableFuture<T> waitFor(CompletableFuture<T> future) {
    if (!future.isDone()) {
      onStop(() -> {
        CallFailure why = stopped();
        if (why != null) {
          future.completeExceptionally(why);
        }
      });
    }
    return future;
  }
}
