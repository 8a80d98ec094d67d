package dev.agentworkflows.store;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What looks back: from run to run, over what was paid, and over what may be removed.
 *
 * <p>Thread-safe. Reads block, see everything committed, and throw {@link StoreException}; the first
 * takes longer, because it loads what the start of a run does without. Writes are as those of {@link
 * RunWriter}.
 */
public interface RunHistory {

  /**
   * Counts what was paid for a batch, once: added to what is counted for the same day, provider and
   * model. Nothing takes it back.
   *
   * @return false when this batch was counted before, by this process or any other; then nothing is
   */
  CompletableFuture<Boolean> billBatch(String batchId, Instant at, List<UsageRecord> usage);

  /**
   * Removes a run with its calls, events and answers. Its children, and what it cost, stay.
   *
   * @param since when the caller began to find out that nobody needs the run
   * @return false when a run has begun since then, or is running: it may be answered from this one,
   *     which is left alone
   */
  CompletableFuture<Boolean> removeRun(String runId, Instant since);

  /** The runs that this run started, in order. */
  List<RunRecord> children(String runId);

  /** Runs of the same script that are older than this one, newest first. */
  List<RunRecord> earlierRuns(String runId, int limit);

  /** A run's files: its own first, then by call. */
  List<ArtifactRecord> artifacts(String runId);

  /** Who worked in the worktree of a call: in the order in which they left, then the others. */
  List<WorktreeUse> worktreeUses(String worktreeCallId);

  /** All worktrees that are not known to be removed, oldest first. */
  List<WorktreeRecord> standingWorktrees();

  /**
   * For each run whose answers stand in for calls of other runs: which runs those are. Walks all
   * calls.
   */
  Map<String, Set<String>> runsAnsweredBy();

  /**
   * What was ever paid, by day, provider and model, oldest first; also for runs that were removed.
   * Takes no longer for more calls.
   */
  List<UsageRecord> usage();

  /** How many runs were started on each day (UTC), oldest first; also those that were removed. */
  Map<LocalDate, Long> startedRuns();
}
