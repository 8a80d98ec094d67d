package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallTexts;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.RunRecord;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A run as a report shows it.
 *
 * @param calls by their index
 * @param events by their position
 * @param outputJson what {@code main} returned; null when it did not return
 * @param traceback of the error that ended the run; null when none did
 * @param texts gives a call's texts by its id, or null for a call without; asked for the calls that
 *     are shown in full only
 */
public record ReportedRun(
    RunRecord run,
    List<CallRecord> calls,
    List<EventRecord> events,
    @Nullable String outputJson,
    @Nullable String traceback,
    Function<String, @Nullable CallTexts> texts) {

  public ReportedRun {
    calls = List.copyOf(calls);
    events = List.copyOf(events);
  }
}
