package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.store.RunReader;
import dev.agentworkflows.store.UsageRecord;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what homes cost: all their runs, also those that were removed since, and batches. */
public final class ShowUsage {

  /**
   * What was counted.
   *
   * @param started how many runs on each day (UTC), oldest first
   */
  public record Usage(List<UsageRecord> paid, Map<LocalDate, Long> started) {}

  private final List<UsageRecord> paid = new ArrayList<>();
  private final Map<LocalDate, Long> started = new TreeMap<>();

  /** Adds what one home cost. */
  public void add(OpenHome home) {
    RunReader reader = home.store().reader();
    paid.addAll(reader.usage());
    reader.startedRuns().forEach((day, runs) -> started.merge(day, runs, Long::sum));
  }

  /** What all homes cost that were added. */
  public Usage sum() {
    return new Usage(paid, started);
  }
}
