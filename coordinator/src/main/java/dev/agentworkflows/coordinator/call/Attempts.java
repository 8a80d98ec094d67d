package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.limit.RetrySchedule;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.store.CallStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks an adapter until there is an answer: retries, the deadline, and stopping. Between two
 * attempts no thread waits.
 */
final class Attempts {

  /** How long an interrupted adapter may take to clean up before the call ends without it. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final ExecutorService threads;
  private final ScheduledExecutorService timer;
  private final RetrySchedule retries;

  Attempts(ExecutorService threads, ScheduledExecutorService timer, RetrySchedule retries) {
    this.threads = threads;
    this.timer = timer;
    this.retries = retries;
  }

  /**
   * Completes with the answer, or with a {@link CallFailure}. The time that {@code agentCall} names
   * is for all attempts together.
   */
  CompletableFuture<AgentReply> run(InFlightCall call, Adapter adapter, AgentCall agentCall) {
    Asking asking = new Asking(call, adapter, agentCall);
    if (adapter.answersAtOnce(agentCall)) {
      asking.attempt();
    } else {
      asking.attemptOnOwnThread();
    }
    return asking.answered;
  }

  /** One call at one adapter, from its first attempt to its last. */
  private final class Asking {

    private final InFlightCall call;
    private final Adapter adapter;
    private final AgentCall agentCall;
    private final CompletableFuture<AgentReply> answered = new CompletableFuture<>();
    private @Nullable Thread attempting;
    private boolean hasDeadline;

    Asking(InFlightCall call, Adapter adapter, AgentCall agentCall) {
      this.call = call;
      this.adapter = adapter;
      this.agentCall = agentCall;
    }

    private void setDeadline() {
      ScheduledFuture<?> deadline =
          timer.schedule(
              () ->
                  call.stop(
                      new CallFailure(
                          CallStatus.TIMEOUT,
                          "no answer within " + seconds(agentCall.timeout()) + " s")),
              agentCall.timeout().toMillis(),
              TimeUnit.MILLISECONDS);
      answered.whenComplete((reply, failure) -> deadline.cancel(false));
    }

    void attemptOnOwnThread() {
      if (!hasDeadline) {
        hasDeadline = true;
        setDeadline();
      }
      call.onStop(this::interrupt);
      threads.execute(() -> {
        synchronized (this) {
          attempting = Thread.currentThread();
        }
        attempt();
      });
    }

    /** Runs one attempt on this thread, and what follows from its end. */
    void attempt() {
      CallFailure stopped = call.stopped();
      if (stopped != null) {
        attemptIsOver();
        answered.completeExceptionally(stopped);
        return;
      }
      int attempt = call.meter().startAttempt();
      long start = System.nanoTime();
      Runnable next;
      try {
        AgentReply reply = adapter.invoke(agentCall, () -> attempt);
        call.meter().bill(reply);
        next = () -> answered.complete(reply);
      } catch (AdapterException e) {
        call.meter().bill(e.usage());
        next = () -> failed(attempt, e);
      } catch (InterruptedException e) {
        next = () -> end(new CallFailure(CallStatus.CANCELLED, "interrupted"));
      } catch (RuntimeException | LinkageError | StackOverflowError e) {
        next =
            () ->
                end(
                    new CallFailure(
                        CallStatus.PROVIDER_FAILED,
                        "the provider's adapter failed unexpectedly: " + e));
      }
      call.meter().endAttempt(System.nanoTime() - start);
      attemptIsOver();
      next.run();
    }

    /** From here on a stop must not interrupt this thread: it goes on to record the call. */
    private void attemptIsOver() {
      synchronized (this) {
        if (attempting != null) {
          attempting = null;
          Thread.interrupted();
        }
      }
    }

    private void failed(int attempt, AdapterException failure) {
      Optional<Duration> pause = retries.pauseAfter(attempt, agentCall.mutating(), failure);
      if (pause.isEmpty() || call.stopped() != null) {
        CallStatus status =
            failure.kind() == AdapterException.Kind.TIMEOUT
                ? CallStatus.TIMEOUT
                : CallStatus.PROVIDER_FAILED;
        end(new CallFailure(status, String.valueOf(failure.getMessage())));
        return;
      }
      ScheduledFuture<?> next =
          timer.schedule(this::attemptOnOwnThread, pause.get().toMillis(), TimeUnit.MILLISECONDS);
      call.onStop(() -> {
        if (next.cancel(false)) {
          end(new CallFailure(CallStatus.CANCELLED, "cancelled between two attempts"));
        } else {
          interrupt();
        }
      });
    }

    /** Why a call was stopped says more than how its adapter took it. */
    private void end(CallFailure failure) {
      CallFailure stopped = call.stopped();
      answered.completeExceptionally(stopped == null ? failure : stopped);
    }

    private void interrupt() {
      synchronized (this) {
        if (attempting != null) {
          attempting.interrupt();
        }
      }
      timer.schedule(
          () -> end(new CallFailure(CallStatus.CANCELLED, "stopped")),
          GRACE.toMillis(),
          TimeUnit.MILLISECONDS);
    }

    private static String seconds(Duration duration) {
      double seconds = duration.toMillis() / 1000.0;
      return seconds == Math.rint(seconds)
          ? Long.toString((long) seconds)
          : Double.toString(seconds);
    }
  }
}
