package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.run.CallCounters;
import dev.agentworkflows.coordinator.run.CallCounters.Ending;
import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.CallSummary;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.EventType;
import dev.agentworkflows.store.RunChanges;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/**
 * A run of another process, as far as the store tells of it: which calls wait for a permit, and
 * what their agents say, it does not. One thread looks, any may view.
 */
final class FollowedRun {

  private static final int EVENTS_AT_ONCE = 1000;

  /** What happened before somebody looked is in `events`; so much of it tells where things are. */
  private static final int EARLIER_EVENTS = 10;

  private final RunRecord run;
  private final Store store;
  private final BiConsumer<EventType, String> onEvent;
  private final CallCounters board;
  private final Map<String, RunChanges> watches = new LinkedHashMap<>();
  private volatile Spending spent = Spending.NONE;
  private long lastEvent;
  private boolean first = true;

  /**
   * @param onEvent told the type and message of each event
   */
  FollowedRun(RunRecord run, Store store, Clock clock, BiConsumer<EventType, String> onEvent) {
    this.run = run;
    this.store = store;
    this.onEvent = onEvent;
    this.board = new CallCounters(clock);
    List<String> phases = new ArrayList<>();
    Json.read(run.script().metaJson())
        .path("phases")
        .forEach(phase -> phases.add(phase.asString()));
    board.opened(run, phases);
    watches.put(run.id(), store.reader().watch(run.id()));
  }

  RunSnapshot view() {
    return board.snapshot(
        spent, new BudgetLimits(run.budget().totalTokens(), run.budget().totalCostUsd()));
  }

  /** Learns what happened since it last looked. */
  void poll() {
    store
        .reader()
        .children(run.id())
        .forEach(child -> watches.computeIfAbsent(child.id(), store.reader()::watch));
    watches.values().forEach(watch -> print(watch.poll()));
    pollEvents();
    first = false;
  }

  private void print(RunChanges.Changes changes) {
    for (CallSummary call : changes.begun()) {
      board.begun(call.phase());
      if (call.status() == CallStatus.RUNNING) {
        board.out(call.id(), call.label(), call.phase(), call.createdAt());
      }
    }
    Spending sum = spent;
    for (CallSummary call : changes.ended()) {
      board.over(call.id());
      board.ended(call.phase(), ending(call));
      sum = sum.plus(cost(call));
    }
    spent = sum;
  }

  private static Ending ending(CallSummary call) {
    if (call.cacheStatus() == CacheStatus.HIT) {
      return Ending.CACHED;
    }
    return switch (call.status()) {
      case DONE -> Ending.DONE;
      case CANCELLED -> Ending.CANCELLED;
      default -> Ending.FAILED;
    };
  }

  private static Spending cost(CallSummary call) {
    long input = call.inputTokens() == null ? 0 : call.inputTokens();
    long output = call.outputTokens() == null ? 0 : call.outputTokens();
    BigDecimal usd = call.estimatedCostUsd() == null ? BigDecimal.ZERO : call.estimatedCostUsd();
    return new Spending(input + output, usd);
  }

  private void pollEvents() {
    Deque<EventRecord> shown = new ArrayDeque<>();
    List<EventRecord> page;
    do {
      page = store.reader().events(run.id(), lastEvent, EVENTS_AT_ONCE);
      for (EventRecord event : page) {
        lastEvent = event.position();
        note(event);
        shown.addLast(event);
        if (first && shown.size() > EARLIER_EVENTS) {
          shown.removeFirst();
        }
      }
    } while (page.size() == EVENTS_AT_ONCE);
    shown.forEach(event -> onEvent.accept(event.type(), event.message()));
  }

  private void note(EventRecord event) {
    if (event.type() == EventType.PHASE) {
      board.phase(event.message());
    } else if (event.type() == EventType.RETRY) {
      JsonNode data = Json.read(event.dataJson());
      board.retrying(
          data.path("call_id").asString(),
          event.message(),
          event.at().plusMillis(pause(data.path("pause_ms").asLong(0))));
    }
  }

  /** What a home says of it may be anything. */
  private static long pause(long millis) {
    return Math.max(0, Math.min(Duration.ofDays(1).toMillis(), millis));
  }
}
