package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.limit.RetrySchedule;
import dev.agentworkflows.spi.AdapterException;
import java.time.Duration;
import java.util.Optional;

/** Asks a provider again where that may help and can't cost anything. Blocks meanwhile. */
public final class Patience {

  /** Who asks for more is told to people instead: they may well have something else to do. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** Lets time pass. */
  @FunctionalInterface
  public interface Pause {
    void last(Duration duration) throws InterruptedException;
  }

  /** One attempt. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws AdapterException, InterruptedException;
  }

  private final RetrySchedule schedule;
  private final Pause pause;

  public Patience(RetrySchedule schedule, Pause pause) {
    this.schedule = schedule;
    this.pause = pause;
  }

  /** For what only looks. */
  <T> T looking(Question<T> question) throws AdapterException {
    return ask(question, false);
  }

  /** For what is paid for: asked again only when it surely never arrived. */
  <T> T paying(Question<T> question) throws AdapterException {
    return ask(question, true);
  }

  private <T> T ask(Question<T> question, boolean paying) throws AdapterException {
    try {
      for (int attempts = 1; ; attempts++) {
        try {
          return question.ask();
        } catch (AdapterException e) {
          Optional<Duration> wait = schedule.pauseAfter(attempts, paying, e);
          if (wait.isEmpty() || wait.get().compareTo(LONGEST_PAUSE) > 0) {
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
