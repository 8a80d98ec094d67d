package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.RunReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A page of a run's calls.
 *
 * @param counts all calls of the run by their status
 * @param next the offset of the next page; null when this is the last
 */
public record CallPage(
    List<CallRecord> calls, Map<CallStatus, Long> counts, long total, @Nullable Long next) {

  /** Calls are numbered without gaps. */
  static CallPage of(RunReader reader, String runId, int offset, int limit) {
    Map<CallStatus, Long> counts = reader.callCounts(runId);
    long total = counts.values().stream().mapToLong(Long::longValue).sum();
    List<CallRecord> calls = limit == 0 ? List.of() : reader.calls(runId, offset, limit);
    long end = Math.min((long) offset + limit, total);
    return new CallPage(calls, counts, total, end < total ? Long.valueOf(end) : null);
  }
}
