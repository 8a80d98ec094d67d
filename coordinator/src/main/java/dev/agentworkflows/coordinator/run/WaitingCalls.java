package dev.agentworkflows.coordinator.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What calls wait for that are not out. A look costs the reasons, not the calls. Not thread-safe.
 */
final class WaitingCalls {

  private final Map<String, String> reasons = new HashMap<>();

  /** By reason; in each the calls in the order in which they came to wait for it. */
  private final Map<String, LinkedHashMap<String, Instant>> calls = new HashMap<>();

  void waiting(String callId, String reason, Instant since) {
    over(callId);
    reasons.put(callId, reason);
    calls.computeIfAbsent(reason, first -> new LinkedHashMap<>()).put(callId, since);
  }

  void over(String callId) {
    @Nullable String reason = reasons.remove(callId);
    if (reason != null) {
      calls.computeIfPresent(
          reason,
          (key, waiting) -> {
            waiting.remove(callId);
            return waiting.isEmpty() ? null : waiting;
          });
    }
  }

  List<RunSnapshot.Waiting> at(Instant now) {
    return calls.entrySet().stream()
        .map(entry -> {
          Instant first = entry.getValue().values().iterator().next();
          Duration longest = Duration.between(first, now);
          return new RunSnapshot.Waiting(
              entry.getKey(),
              entry.getValue().size(),
              longest.isNegative() ? Duration.ZERO : longest);
        })
        .sorted(
            Comparator.comparingInt(RunSnapshot.Waiting::calls)
                .reversed()
                .thenComparing(RunSnapshot.Waiting::reason))
        .toList();
  }
}
