package dev.agentworkflows.testkit;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A call that is out, on a thread of its own, as the coordinator makes it. */
public final class RunningCall {

  private final CompletableFuture<AgentReply> ended = new CompletableFuture<>();
  private final Thread thread;

  private RunningCall(Adapter adapter, AgentCall call, CallContext context) {
    thread = new Thread(() -> ask(adapter, call, context), "call");
    thread.setDaemon(true);
  }

  public static RunningCall start(Adapter adapter, AgentCall call) {
    return start(adapter, call, new TestCallContext());
  }

  public static RunningCall start(Adapter adapter, AgentCall call, CallContext context) {
    RunningCall running = new RunningCall(adapter, call, context);
    running.thread.start();
    return running;
  }

  /** What a timeout and a cancellation are to an adapter. */
  public void interrupt() {
    thread.interrupt();
  }

  /** Whether it was answered or has failed. */
  boolean isOver() {
    return ended.isDone();
  }

  /** Waits until it is. */
  void awaitEnd(Duration atMost) throws InterruptedException, TimeoutException {
    try {
      reply(atMost);
    } catch (ExecutionException e) {
      // An end as well.
    }
  }

  /** The answer. */
  public AgentReply reply(Duration atMost)
      throws InterruptedException, ExecutionException, TimeoutException {
    return ended.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** How the call failed; fails itself when the call was answered. */
  public Throwable failure(Duration atMost) throws InterruptedException, TimeoutException {
    try {
      AgentReply reply = reply(atMost);
      throw new AssertionError("the call should have failed, and was answered: " + reply.text());
    } catch (ExecutionException e) {
      return e.getCause() == null ? e : e.getCause();
    }
  }

  /** How the call failed, when it did in an adapter's proper way. */
  public AdapterException adapterException(Duration atMost)
      throws InterruptedException, TimeoutException {
    Throwable failure = failure(atMost);
    if (failure instanceof AdapterException adapterException) {
      return adapterException;
    }
    throw new AssertionError("the call should have failed with an AdapterException", failure);
  }

  private void ask(Adapter adapter, AgentCall call, CallContext context) {
    try {
      ended.complete(adapter.invoke(call, context));
    } catch (AdapterException | InterruptedException | RuntimeException | Error e) {
      ended.completeExceptionally(e);
    }
  }
}
