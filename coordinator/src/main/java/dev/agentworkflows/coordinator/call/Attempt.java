package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.store.CallStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Asks an adapter once, and ends the asking when the call is stopped. */
final class Attempt {

  /** How long an interrupted adapter may take to clean up before the call ends without it. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** Adds to a call what is kept nowhere before it goes out; may block. */
  @FunctionalInterface
  interface Loader {

    AgentCall load(AgentCall call) throws AdapterException;
  }

  private final InFlightCall call;
  private final Adapter adapter;
  private final AgentCall agentCall;
  private final Loader loader;
  private final Billing billing;
  private final IntFunction<AttemptContext> contexts;
  private final ScheduledExecutorService timer;
  private final CompletableFuture<AgentReply> answered = new CompletableFuture<>();
  private @Nullable Thread asking;

  private Attempt(
      InFlightCall call,
      Adapter adapter,
      AgentCall agentCall,
      Loader loader,
      Billing billing,
      IntFunction<AttemptContext> contexts,
      ScheduledExecutorService timer) {
    this.call = call;
    this.adapter = adapter;
    this.agentCall = agentCall;
    this.loader = loader;
    this.billing = billing;
    this.contexts = contexts;
    this.timer = timer;
  }

  /**
   * Completes with the answer, with the adapter's {@link AdapterException}, or with a {@link
   * CallFailure}: on this thread when the adapter has its answer at once, else on one of {@code
   * threads}.
   *
   * @param loader adds to the call what is kept nowhere before
   * @param contexts what the adapter is offered, by the attempt's number
   */
  static CompletableFuture<AgentReply> start(
      InFlightCall call,
      Adapter adapter,
      AgentCall agentCall,
      Loader loader,
      Billing billing,
      IntFunction<AttemptContext> contexts,
      Executor threads,
      ScheduledExecutorService timer) {
    Attempt attempt = new Attempt(call, adapter, agentCall, loader, billing, contexts, timer);
    if (adapter.answersAtOnce(agentCall)) {
      attempt.ask();
    } else {
      call.onStop(attempt::interrupt);
      threads.execute(attempt::askOnOwnThread);
    }
    return attempt.answered;
  }

  private void askOnOwnThread() {
    synchronized (this) {
      asking = Thread.currentThread();
    }
    ask();
  }

  private void ask() {
    CallFailure stopped = call.stopped();
    if (stopped != null) {
      goOn(() -> answered.completeExceptionally(stopped));
      return;
    }
    AgentCall loaded;
    try {
      loaded = loader.load(agentCall);
    } catch (AdapterException e) {
      goOn(() -> fail(e));
      return;
    } catch (RuntimeException | Error e) {
      goOn(() ->
          fail(
              new CallFailure(
                  CallStatus.FAILED, "what goes with the call could not be loaded: " + e)));
      return;
    }
    int number = call.meter().startAttempt();
    call.providerAtWork(true);
    long start = System.nanoTime();
    Runnable end;
    try (AttemptContext context = contexts.apply(number)) {
      AgentReply reply = adapter.invoke(loaded, context);
      billing.answered(reply);
      end = () -> answered.complete(reply);
    } catch (AdapterException e) {
      billing.failed(e);
      end = () -> fail(e);
    } catch (InterruptedException e) {
      billing.abandoned();
      end = () -> fail(new CallFailure(CallStatus.CANCELLED, "interrupted"));
    } catch (RuntimeException | Error e) {
      // Also when memory ran out: the call must end, and the thread may be one that others need.
      billing.abandoned();
      end =
          () ->
              fail(
                  new CallFailure(
                      CallStatus.PROVIDER_FAILED,
                      "the provider's adapter failed unexpectedly: " + e));
    }
    call.providerAtWork(false);
    call.meter().endAttempt(System.nanoTime() - start);
    goOn(end);
  }

  /** From here on a stop must not interrupt this thread: it goes on to record the call. */
  private void goOn(Runnable end) {
    synchronized (this) {
      if (asking != null) {
        asking = null;
        Thread.interrupted();
      }
    }
    end.run();
  }

  /** Why a call was stopped says more than how its adapter took it. */
  private void fail(Exception failure) {
    CallFailure stopped = call.stopped();
    answered.completeExceptionally(stopped == null ? failure : stopped);
  }

  private void interrupt() {
    synchronized (this) {
      if (asking != null) {
        asking.interrupt();
      }
    }
    timer.schedule(
        () -> {
          if (!answered.isDone()) {
            billing.abandoned();
            fail(new CallFailure(CallStatus.CANCELLED, "stopped"));
          }
        },
        GRACE.toMillis(),
        TimeUnit.MILLISECONDS);
  }
}
