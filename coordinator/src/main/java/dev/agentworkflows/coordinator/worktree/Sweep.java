package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunStore;
import dev.agentworkflows.store.WorktreeRecord;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Goes through a home's worktrees, and takes away those that hold nothing unapplied. Blocks. */
public final class Sweep {

  private final RunStore store;
  private final Worktrees worktrees;
  private final boolean dryRun;

  /**
   * @param dryRun only tell; nothing is changed
   */
  public Sweep(RunStore store, Worktrees worktrees, boolean dryRun) {
    this.store = store;
    this.worktrees = worktrees;
    this.dryRun = dryRun;
  }

  /**
   * What becomes of a worktree.
   *
   * @param removed it is gone, or would be
   * @param reason why, for people
   */
  public record Verdict(WorktreeRecord worktree, boolean removed, String reason) {}

  /**
   * Goes through all of them.
   *
   * @param forced the call whose worktree goes whatever it holds; null for none
   */
  public List<Verdict> all(@Nullable String forced) throws InterruptedException {
    List<Verdict> verdicts = new ArrayList<>();
    for (WorktreeRecord record : store.standingWorktrees()) {
      verdicts.add(one(record, record.callId().equals(forced)));
    }
    return verdicts;
  }

  private Verdict one(WorktreeRecord record, boolean forced) throws InterruptedException {
    if (isInUse(record)) {
      return new Verdict(record, false, "its run is still running");
    }
    Worktree worktree = Worktree.of(record);
    try {
      Optional<String> toKeep = forced ? Optional.empty() : reasonToKeep(record, worktree);
      if (toKeep.isPresent()) {
        return new Verdict(record, false, toKeep.get());
      }
      String reason =
          forced ? "forced" : record.appliedAt() == null ? "it holds no work" : "it was applied";
      if (!dryRun) {
        worktrees.remove(worktree);
        store.removeWorktree(record.callId()).join();
      }
      return new Verdict(record, true, reason);
    } catch (GitException e) {
      return new Verdict(record, false, e.getMessage());
    }
  }

  private boolean isInUse(WorktreeRecord record) {
    return store
        .call(record.callId())
        .flatMap(call -> store.run(call.runId()))
        .filter(run -> run.status() == RunStatus.RUNNING)
        .isPresent();
  }

  private Optional<String> reasonToKeep(WorktreeRecord record, Worktree worktree)
      throws GitException, InterruptedException {
    if (!Files.isDirectory(worktree.commonDirectory())) {
      return Optional.of(
          "its repository %s is not there; if it is gone for good: owf gc --force %s"
              .formatted(worktree.commonDirectory(), worktree.callId()));
    }
    if (!worktrees.leavesAnything(worktree)) {
      return Optional.empty();
    }
    if (worktree.gitDirectory().isEmpty()) {
      return Files.isDirectory(worktree.path())
          ? reasonToKeepStray(worktree)
          : reasonToKeepBranch(record, worktree);
    }
    Work work = worktrees.work(worktree);
    if (work.none()) {
      return Optional.empty();
    }
    if (record.appliedAt() == null) {
      return Optional.of("not applied: " + work.summary());
    }
    if (!work.beyondPatch().isEmpty()) {
      return Optional.of("not in what was applied: " + String.join(", ", work.beyondPatch()));
    }
    return !Files.isDirectory(worktree.path())
            || worktrees.patch(worktree).digest().equals(record.appliedDigest())
        ? Optional.empty()
        : Optional.of("changed since it was applied: " + work.summary());
  }

  private Optional<String> reasonToKeepBranch(WorktreeRecord record, Worktree worktree)
      throws GitException, InterruptedException {
    long commits = worktrees.commitsOnBranch(worktree).orElse(0L);
    return commits == 0 || record.appliedAt() != null
        ? Optional.empty()
        : Optional.of(
            "not applied: commits on its branch %s: %d".formatted(worktree.branch(), commits));
  }

  /** A directory that git knows nothing of: a making that was killed at its start, or damage. */
  private static Optional<String> reasonToKeepStray(Worktree worktree) {
    String[] names = worktree.path().toFile().list();
    return names != null && names.length == 0
        ? Optional.empty()
        : Optional.of(
            "the repository "
                + worktree.commonDirectory()
                + " does not know it; look at "
                + worktree.path()
                + ", then: owf gc --force "
                + worktree.callId());
  }
}
