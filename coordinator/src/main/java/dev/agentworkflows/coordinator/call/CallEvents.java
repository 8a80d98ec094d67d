package dev.agentworkflows.coordinator.call;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where a run's calls tell what people should know of them. Thread-safe; never blocks. */
public interface CallEvents {

  /** Adds a warning to the run's events: a person should look at it. */
  void warning(String callId, String message);

  /** Shows what a call's agent is doing; kept nowhere. */
  void progress(String callId, String message);

  /**
   * A call goes out to a provider that takes its time, for the first time or again.
   *
   * @param label the script's; null when it gave none
   */
  default void out(String callId, @Nullable String label, @Nullable String phase) {}

  /** A call is back from its provider, with an answer or without. */
  default void back(String callId) {}

  /** A call waits before it goes out; {@code reason} follows the words "waits for". */
  default void waiting(String callId, String reason) {}

  /** A call was refused and goes out again; {@code attempt} counts those that were made. */
  default void retrying(String callId, int attempt, String why, Duration pause) {}

  /**
   * A call's provider can't answer now, and another one is asked.
   *
   * @param failed who can't answer, and why; redacted
   */
  default void fallback(String callId, TriedProvider failed, String next) {}

  /** A provider takes no calls for so long. */
  default void pausing(String provider, Duration pause) {}

  /** A provider's login takes no calls until then, and calls of the run wait for it. */
  default void usageLimit(String provider, String message, Instant until) {}

  /** A call that was on its way to a provider is on its way back to the script. */
  default void over(String callId) {}
}
