package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.limit.LimitPatience;
import java.time.Duration;

/**
 * How long a call waits for one of those whom it may ask.
 *
 * @param limits for its usage limit to reset
 * @param pauses for a pause that it asks for; no longer than the call's own time in any case
 */
record Patience(LimitPatience limits, Duration pauses) {

  /** As long as the call has. */
  static final Duration ALL = Duration.ofSeconds(Long.MAX_VALUE);
}
