package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.store.UsageRecord;
import java.time.Instant;
import java.util.List;

/** Where it is counted what batches cost. */
@FunctionalInterface
public interface BatchBills {

  /**
   * Counts a batch, durably, and once for each id however often it is asked to.
   *
   * @param at when its results were there
   * @throws BatchFailedException when it can't be written down
   */
  void count(String batchId, Instant at, List<UsageRecord> usage);
}
