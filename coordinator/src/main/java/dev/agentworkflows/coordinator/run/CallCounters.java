package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.run.RunSnapshot.Counts;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.RunRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps count of a run's calls while they come and go, so that a look at them costs the same
 * whether there were ten or ten thousand. Thread-safe; never blocks for long.
 */
public final class CallCounters {

  /** How a call ended. */
  public enum Ending {
    DONE,
    CACHED,
    FAILED,
    CANCELLED,
    /** It was misuse and is no call at all. */
    NONE
  }

  /** A script that names a phase for each file has no use for a bar for each. */
  private static final int MAX_PHASES = 200;

  /** What the later ones are counted under. */
  private static final String OTHER_PHASES = "other phases";

  /** More calls than any screen has lines for. */
  private static final int MAX_SHOWN = 50;

  private final Clock clock;
  private final Map<String, Tally> phases = new LinkedHashMap<>();
  private final Map<String, Entry> out = new LinkedHashMap<>();
  private final Map<String, Instant> pauses = new HashMap<>();
  private final WaitingCalls waits = new WaitingCalls();
  private final Tally all = new Tally();
  private @Nullable String name;
  private @Nullable String runId;
  private @Nullable Instant start;
  private @Nullable String phase;
  private int retries;

  public CallCounters(Clock clock) {
    this.clock = clock;
  }

  private static final class Tally {
    private int begun;
    private int running;
    private int done;
    private int cached;
    private int failed;
    private int cancelled;

    private Counts counts() {
      int waiting = begun - running - done - cached - failed - cancelled;
      return new Counts(running, waiting, done, cached, failed, cancelled);
    }
  }

  private static final class Entry {
    private final String label;
    private final Tally tally;
    private final Instant since;
    private boolean running;
    private @Nullable String saying;
    private @Nullable String trouble;
    private @Nullable Instant again;

    private Entry(String label, Tally tally, Instant since) {
      this.label = label;
      this.tally = tally;
      this.since = since;
    }
  }

  /**
   * The run is open.
   *
   * @param announced the phases that its script says it has
   */
  public synchronized void opened(RunRecord run, List<String> announced) {
    name = run.script().name();
    runId = run.id();
    start = run.times().createdAt();
    announced.forEach(this::tally);
  }

  /** The script has entered a phase. */
  public synchronized void phase(String entered) {
    phase = entered;
  }

  /** A call was made; whether it goes out is not known yet. */
  public synchronized void begun(@Nullable String callPhase) {
    all.begun++;
    tally(callPhase).begun++;
  }

  /** A call goes out to its provider, for the first time or again. */
  public synchronized void out(
      String callId, @Nullable String label, @Nullable String callPhase, Instant since) {
    Entry entry =
        out.computeIfAbsent(
            callId, id -> new Entry(label == null ? numbered(id) : label, tally(callPhase), since));
    entry.trouble = null;
    entry.again = null;
    waits.over(callId);
    if (!entry.running) {
      running(entry, 1);
    }
  }

  /** A call without a label is known by its place in the run: {@code call 12}. */
  private static String numbered(String callId) {
    return "call " + Integer.parseInt(callId.substring(callId.lastIndexOf('_') + 1));
  }

  /** A call is back from its provider; it may go out again. */
  public synchronized void back(String callId) {
    Entry entry = out.get(callId);
    if (entry != null && entry.running) {
      running(entry, -1);
    }
  }

  /** A call will not go out any more. */
  public synchronized void over(String callId) {
    back(callId);
    out.remove(callId);
    waits.over(callId);
  }

  /** A call that was begun has ended. */
  public synchronized void ended(@Nullable String callPhase, Ending ending) {
    end(all, ending);
    end(tally(callPhase), ending);
  }

  /** A call's agent tells of its work. */
  public synchronized void says(String callId, String message) {
    Entry entry = out.get(callId);
    if (entry != null) {
      entry.saying = message;
    }
  }

  /** A call was refused, and goes out again at that time. */
  public synchronized void retrying(String callId, String why, Instant again) {
    retries++;
    Entry entry = out.get(callId);
    if (entry != null) {
      entry.trouble = why;
      entry.again = again;
    }
  }

  /** A call waits before it goes out. */
  public synchronized void waiting(String callId, String reason, Instant since) {
    waits.waiting(callId, reason, since);
  }

  /** A provider takes no calls until then. */
  public synchronized void pausing(String provider, Instant until) {
    pauses.merge(provider, until, (a, b) -> a.isAfter(b) ? a : b);
  }

  /** One look; {@code spent} and {@code limits} are counted elsewhere. */
  public synchronized RunSnapshot snapshot(Spending spent, BudgetLimits limits) {
    Instant now = clock.instant();
    List<RunSnapshot.Phase> counted = new ArrayList<>(phases.size());
    phases.forEach((key, tally) ->
        counted.add(new RunSnapshot.Phase(key.isEmpty() ? null : key, tally.counts())));
    return new RunSnapshot(
        name,
        runId,
        start == null ? Duration.ZERO : between(start, now),
        all.counts(),
        counted,
        phase,
        spent,
        limits,
        out.values().stream().limit(MAX_SHOWN).map(entry -> shown(entry, now)).toList(),
        retries,
        pausesAt(now),
        waits.at(now));
  }

  private static RunSnapshot.Out shown(Entry entry, Instant now) {
    String retry = null;
    Duration left = entry.again == null ? Duration.ZERO : between(now, entry.again);
    // Whoever follows from elsewhere is not told when a call has gone out again.
    if (entry.trouble != null && !(entry.running && left.isZero())) {
      retry =
          (left.toSeconds() > 0 ? "again in " + Figures.timeLeft(left) : "again soon")
              + ": "
              + entry.trouble;
    }
    return new RunSnapshot.Out(entry.label, between(entry.since, now), entry.saying, retry);
  }

  private List<RunSnapshot.Pause> pausesAt(Instant now) {
    pauses.values().removeIf(until -> !until.isAfter(now));
    return pauses.entrySet().stream()
        .map(pause -> new RunSnapshot.Pause(pause.getKey(), between(now, pause.getValue())))
        .toList();
  }

  private static Duration between(Instant from, Instant to) {
    Duration duration = Duration.between(from, to);
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  private void running(Entry entry, int change) {
    entry.running = change > 0;
    entry.tally.running += change;
    all.running += change;
  }

  private static void end(Tally tally, Ending ending) {
    switch (ending) {
      case DONE -> tally.done++;
      case CACHED -> tally.cached++;
      case FAILED -> tally.failed++;
      case CANCELLED -> tally.cancelled++;
      case NONE -> tally.begun--;
    }
  }

  private Tally tally(@Nullable String callPhase) {
    String key = callPhase == null ? "" : callPhase;
    Tally known = phases.get(key);
    if (known != null) {
      return known;
    }
    return phases.computeIfAbsent(
        phases.size() < MAX_PHASES ? key : OTHER_PHASES, made -> new Tally());
  }
}
