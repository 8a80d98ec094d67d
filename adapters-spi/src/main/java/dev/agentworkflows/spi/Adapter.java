package dev.agentworkflows.spi;

import java.util.Optional;

/** Talks to one provider. Used by many threads at once. */
public interface Adapter extends AutoCloseable {

  /**
   * Runs one call to completion, blocking the calling thread.
   *
   * <p>Called concurrently. A call's deadline is an interruption: the coordinator interrupts the
   * calls that are over their time, and those of a cancelled run. Stop then within five seconds and
   * leave no process behind, also not one that ignores a request to end: what the call's worktree
   * holds is looked at next. Do not retry: the coordinator does.
   *
   * @throws AdapterException when there is no answer; says whether another try may help
   */
  AgentReply invoke(AgentCall call, CallContext context)
      throws AdapterException, InterruptedException;

  /**
   * Whether {@link #invoke} answers this call from memory, in microseconds and without blocking.
   * The coordinator then calls it on the thread that is at hand instead of one of the adapter's
   * own.
   */
  default boolean answersAtOnce(AgentCall call) {
    return false;
  }

  /**
   * The provider's batch API, as {@link Capability#BATCHES} promises it; empty when it has none.
   *
   * @since level 2
   */
  default Optional<BatchApi> batches() {
    return Optional.empty();
  }

  /** Called once, when no call is out any more. */
  @Override
  default void close() {}
}
