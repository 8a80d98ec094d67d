package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.limit.RetryPolicy;
import dev.agentworkflows.spi.AdapterException;
import java.time.Duration;
import java.util.Optional;

/** Asks a provider again where that may help and can't cost anything. Blocks meanwhile. */
public final class BlockingRetry {

  /** Who asks for more is told to people instead: they may well have something else to do. */
  private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

  /** Lets time pass. */
  @FunctionalInterface
  public interface Pause {
    void last(Duration duration) throws InterruptedException;
  }

  /** One attempt. */
  @FunctionalInterface
  interface Request<T> {
    T ask() throws AdapterException, InterruptedException;
  }

  private final RetryPolicy schedule;
  private final Pause pause;

  public BlockingRetry(RetryPolicy schedule, Pause pause) {
    this.schedule = schedule;
    this.pause = pause;
  }

  /** For what only looks. */
  <T> T idempotent(Request<T> question) throws AdapterException {
    return ask(question, false);
  }

  /** For what is paid for: asked again only when it surely never arrived. */
  <T> T nonIdempotent(Request<T> question) throws AdapterException {
    return ask(question, true);
  }

  private <T> T ask(Request<T> question, boolean nonIdempotent) throws AdapterException {
    try {
      for (int attempts = 1; ; attempts++) {
        try {
          return question.ask();
        } catch (AdapterException e) {
          Optional<Duration> wait = schedule.pauseAfter(attempts, nonIdempotent, e);
          if (wait.isEmpty() || wait.get().compareTo(MAX_PAUSE) > 0) {
            throw e;
          }
          pause.last(wait.get());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BatchFailedException("interrupted while the provider was asked", e);
    }
  }
}
