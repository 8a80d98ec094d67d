package dev.agentworkflows.spi;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** What the coordinator offers to an adapter during one attempt of a call. Thread-safe. */
public interface CallContext {

  /** 1 for the first attempt of a call; retries and the corrective try after it count up. */
  int attempt();

  /**
   * Tells people what the agent is doing, in a few words: {@code "edits src/main.c"}. Shown while
   * the call is out, and kept nowhere.
   */
  default void progress(String message) {}

  /**
   * Keeps a line of what went between adapter and provider, as the call's {@code transcript.jsonl}.
   * Secrets that the adapter asked for are taken out of it.
   *
   * @param jsonLine one JSON value without a line break
   */
  default void transcript(String jsonLine) {}

  /**
   * Tells what an answer said besides: nothing is left of one of the provider's limits, so it would
   * refuse what comes next. No call goes out to the provider for so long. A call that was refused
   * says so with {@link AdapterException.Kind#RATE_LIMITED} instead.
   *
   * @since level 2
   */
  default void limitReached(Duration resetsAfter) {}

  /**
   * Tells how much is used of a window of the login's, whatever the call's own end is. The fuller
   * it is, the fewer calls go out to the login at once. Not for the window of one model: the others
   * would be slowed down with it.
   *
   * @since level 5
   */
  default void usageWindow(UsageWindow window) {}

  /**
   * What this attempt may cost, in US dollars, where the run has a budget of money: so much of it
   * is set aside. An adapter with {@link Capability#COST_LIMIT} makes it its agent's own limit, and
   * tells that it was reached with {@link AdapterException.Kind#BUDGET_REACHED}.
   *
   * @since level 5
   */
  default Optional<BigDecimal> maxCostUsd() {
    return Optional.empty();
  }

  /**
   * Tells which model answers, as soon as that is known, in the provider's own name: an attempt
   * that is stopped, or fails, is counted for it. What {@link AgentReply#model} says comes first.
   *
   * @since level 5
   */
  default void answering(String model) {}

  /**
   * Adds a warning to the run's events, once for each text: something that the call asked for is
   * left out, say.
   *
   * @since level 5
   */
  default void warning(String message) {}
}
