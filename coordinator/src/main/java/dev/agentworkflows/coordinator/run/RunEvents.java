package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.call.CallEvents;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.RunStore;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** A run's events, in order: the script's own, and those of its calls. Thread-safe. */
final class RunEvents implements CallEvents {

  private final String runId;
  private final RunTally tally;
  private final RunStore store;
  private final Redactor redactor;
  private final Clock clock;
  private long last;

  RunEvents(String runId, RunTally tally, RunStore store, Redactor redactor, Clock clock) {
    this.runId = runId;
    this.tally = tally;
    this.store = store;
    this.redactor = redactor;
    this.clock = clock;
  }

  /**
   * Adds an event after those that were added before.
   *
   * @param dataJson a JSON object; null for none
   */
  void add(String type, String message, @Nullable String phase, @Nullable String dataJson) {
    String redacted = redactor.redact(message);
    tally.event(type, redacted);
    synchronized (this) {
      // A failed write shows at the latest when the run is closed: that write fails as well.
      var unused =
          store.addEvent(
              new EventRecord(
                  runId,
                  ++last,
                  type,
                  redacted,
                  redactor.redactNullable(phase),
                  dataJson == null ? "{}" : redactor.redact(dataJson),
                  clock.instant()));
    }
  }

  @Override
  public void warning(String callId, String message) {
    add("warning", message, null, Json.write(Json.object().put("call_id", callId)));
  }

  @Override
  public void progress(String callId, String message) {
    tally.callSays(message);
  }
}
