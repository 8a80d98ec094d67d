package dev.agentworkflows.store;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code diff} and {@code apply} ask about a worktree's calls, and {@code gc} about all runs.
 *
 * <p>Thread-safe. Reads block, see everything committed, and throw {@link StoreException}; the
 * first takes longer, because it loads what the start of a run does without.
 */
public interface RunHistory {

  /** Who worked in the worktree of a call: in the order in which they left, then the others. */
  List<WorktreeUse> worktreeUses(String worktreeCallId);

  /** All worktrees that are not known to be removed, oldest first. */
  List<WorktreeRecord> standingWorktrees();

  /**
   * For each run whose answers stand in for calls of other runs: which runs those are. Walks all
   * calls.
   */
  Map<String, Set<String>> runsAnsweredBy();
}
