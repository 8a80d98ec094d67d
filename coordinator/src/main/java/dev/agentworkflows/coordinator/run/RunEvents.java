package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.call.CallEvents;
import dev.agentworkflows.coordinator.call.TriedProvider;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.Times;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.EventType;
import dev.agentworkflows.store.RunWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A run's events, in order: the script's own, and those of its calls. Thread-safe. */
final class RunEvents implements CallEvents {

  private final String runId;
  private final LiveRunStats tally;
  private final RunWriter writer;
  private final Redactor redactor;
  private final KeptText texts;
  private final Clock clock;
  private long last;

  RunEvents(String runId, LiveRunStats tally, RunWriter writer, Redactor redactor, Clock clock) {
    this.runId = runId;
    this.tally = tally;
    this.writer = writer;
    this.redactor = redactor;
    this.texts = new KeptText(redactor);
    this.clock = clock;
  }

  /**
   * Adds an event after those that were added before.
   *
   * @param dataJson a JSON object; null for none
   * @return completes when it is stored. A failed write shows at the latest when the run is closed:
   *     that write fails as well
   */
  CompletableFuture<Void> add(
      EventType type, String message, @Nullable String phase, @Nullable String dataJson) {
    String redacted = texts.text(message);
    tally.event(type, redacted);
    synchronized (this) {
      return writer.addEvent(
          new EventRecord(
              runId,
              ++last,
              type,
              redacted,
              texts.nameOrNull(phase),
              texts.data(dataJson),
              clock.instant()));
    }
  }

  /** The text as people may see it. */
  @Nullable String shown(@Nullable String text) {
    return redactor.redactNullable(text);
  }

  @Override
  public void warning(String callId, String message) {
    var unused =
        add(EventType.WARNING, message, null, Json.write(Json.object().put("call_id", callId)));
    tally.warning(redactor.redact(message));
  }

  @Override
  public void progress(String callId, String message) {
    tally.board().progressed(callId, message);
  }

  @Override
  public void out(String callId, @Nullable String label, @Nullable String phase) {
    tally.board().out(callId, shown(label), shown(phase), clock.instant());
  }

  @Override
  public void back(String callId) {
    tally.board().back(callId);
  }

  /** Kept, so that people can tell later where the time went. */
  @Override
  public void retrying(String callId, int attempt, String why, Duration pause) {
    ObjectNode data = Json.object();
    data.put("call_id", callId);
    data.put("attempt", attempt);
    data.put("pause_ms", pause.toMillis());
    tally.board().retrying(callId, redactor.redact(why), clock.instant().plus(pause));
    var unused = add(EventType.RETRY, why, null, Json.write(data));
  }

  /** Kept: it says whose answer a call has, and why. */
  @Override
  public void fallback(String callId, TriedProvider failed, String next) {
    ObjectNode data = Json.object();
    data.put("call_id", callId);
    data.put("provider", failed.provider());
    data.put("kind", failed.kind());
    data.put("next", next);
    String message = "%s can't answer, so %s is asked".formatted(failed.text(), next);
    progress(callId, message);
    var unused = add(EventType.FALLBACK, message, null, Json.write(data));
  }

  @Override
  public void waiting(String callId, String reason) {
    tally.board().waiting(callId, redactor.redact(reason), clock.instant());
  }

  @Override
  public void pausing(String provider, Duration pause) {
    tally.board().pausing(provider, clock.instant().plus(pause));
  }

  /** Kept, for the same reason as retries. */
  @Override
  public void usageLimit(String provider, String message, Instant until) {
    ObjectNode data = Json.object();
    data.put("provider", provider);
    data.put("until", Times.text(until));
    var unused = add(EventType.USAGE_LIMIT, message, null, Json.write(data));
  }

  @Override
  public void over(String callId) {
    tally.board().over(callId);
  }
}
