package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import dev.agentworkflows.store.WorktreeRecord;
import dev.agentworkflows.store.WorktreeUse;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Goes through a home's worktrees, and takes away those that hold nothing unapplied. Blocks. */
public final class WorktreeGc {

  private final Store store;
  private final Worktrees worktrees;
  private final boolean dryRun;

  /**
   * @param dryRun only tell; nothing is changed
   */
  public WorktreeGc(Store store, Worktrees worktrees, boolean dryRun) {
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
  public record Decision(WorktreeRecord worktree, boolean removed, String reason) {}

  /**
   * Goes through all of them.
   *
   * @param forced the call whose worktree goes whatever it holds; null for none
   */
  public List<Decision> all(@Nullable String forced) throws InterruptedException {
    List<Decision> verdicts = new ArrayList<>();
    for (WorktreeRecord record : store.history().standingWorktrees()) {
      verdicts.add(one(record, record.callId().equals(forced)));
    }
    return verdicts;
  }

  private Decision one(WorktreeRecord record, boolean forced) throws InterruptedException {
    if (isInUse(record)) {
      return new Decision(record, false, "its run is still running");
    }
    Worktree worktree;
    Optional<String> foreign;
    try {
      worktree = Worktree.of(record);
      foreign = worktrees.foreign(worktree);
    } catch (InvalidPathException e) {
      return new Decision(record, false, "its record names no path: " + e.getReason());
    }
    if (foreign.isPresent()) {
      return new Decision(record, false, foreign.get());
    }
    try (WorktreeTurn turn = WorktreeTurn.tryChanging(worktree, "gc").orElse(null)) {
      if (turn == null) {
        return new Decision(record, false, "a call works in it");
      }
      Optional<String> toKeep = forced ? Optional.empty() : reasonToKeep(record, worktree);
      if (toKeep.isPresent()) {
        return new Decision(record, false, toKeep.get());
      }
      String reason =
          forced ? "forced" : record.appliedAt() == null ? "it holds no work" : "it was applied";
      if (!dryRun) {
        worktrees.remove(worktree);
        store.writer().removeWorktree(record.callId()).join();
      }
      return new Decision(record, true, reason);
    } catch (GitException e) {
      return new Decision(record, false, e.getMessage());
    }
  }

  private boolean isInUse(WorktreeRecord record) {
    return store
        .reader()
        .call(record.callId())
        .flatMap(call -> store.reader().run(call.identity().runId()))
        .filter(run -> run.status() == RunStatus.RUNNING)
        .isPresent();
  }

  private Optional<String> reasonToKeep(WorktreeRecord record, Worktree worktree)
      throws GitException, InterruptedException {
    if (!worktree.hasRepository()) {
      return Optional.of(
          "its repository %s is not there; if it is gone for good: owf gc --force %s"
              .formatted(worktree.commonDirectory(), worktree.callId()));
    }
    Optional<Path> movedTo = worktree.movedTo();
    if (movedTo.isPresent()) {
      return Optional.of(
          "it is not at %s any more; git was told that it is at %s"
              .formatted(worktree.path(), movedTo.get()));
    }
    boolean there = Files.exists(worktree.path(), LinkOption.NOFOLLOW_LINKS);
    if (!there && Files.exists(worktree.leaving(), LinkOption.NOFOLLOW_LINKS)) {
      // Only a removal that was decided and did not end moves it there.
      return Optional.empty();
    }
    if (!worktrees.leavesAnything(worktree)) {
      return Optional.empty();
    }
    if (there) {
      worktree.requireDirectory();
    }
    if (Baseline.state(worktree) == Baseline.State.MAKING) {
      // Its coordinator ended before an agent got it.
      return Optional.empty();
    }
    if (worktree.gitDirectory().isEmpty()) {
      return there ? reasonToKeepStray(worktree) : reasonToKeepBranch(record, worktree);
    }
    if (!there) {
      return Optional.of(reasonToKeepMissing(worktree));
    }
    Work work = worktrees.work(worktree);
    if (work.none()) {
      return Optional.empty();
    }
    if (record.appliedAt() == null) {
      return Optional.of("not applied: " + work.summary() + by(record));
    }
    if (!work.beyondPatch().isEmpty()) {
      return Optional.of("not in what was applied: " + String.join(", ", work.beyondPatch()));
    }
    return worktrees.patch(worktree).digest().equals(record.appliedDigest())
        ? Optional.empty()
        : Optional.of("changed since it was applied: " + work.summary());
  }

  /** Who left files in it, where that were several calls. */
  private String by(WorktreeRecord record) {
    List<String> calls =
        store.history().worktreeUses(record.callId()).stream()
            .filter(use -> !use.files().isEmpty())
            .map(WorktreeUse::callId)
            .toList();
    return calls.size() < 2 ? "" : ", by " + String.join(", ", calls);
  }

  /** Its files were moved or deleted by somebody: which of it, nobody can tell. */
  private String reasonToKeepMissing(Worktree worktree) throws GitException, InterruptedException {
    Work work = worktrees.work(worktree);
    return (work.none() ? "" : "not applied: " + work.summary() + "; ")
        + "it is not at %s any more, and its repository still knows it. If it is gone for good: owf gc --force %s"
            .formatted(worktree.path(), worktree.callId());
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
