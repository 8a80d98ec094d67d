package dev.agentworkflows.coordinator.cache;

import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import java.util.List;

/** What an explanation asks the store for, and only when it needs it. */
public interface EarlierRuns {

  /** Runs of the same script that began before this one, newest first. */
  List<RunRecord> before(String runId, int limit);

  /** A run's calls, by their index; there may be more than memory holds. */
  Iterable<CallRecord> calls(String runId);

  /** At most so many of them that come after an index. */
  List<CallRecord> calls(String runId, int afterIndex, int limit);
}
