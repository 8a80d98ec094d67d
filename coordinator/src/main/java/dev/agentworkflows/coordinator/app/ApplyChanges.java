package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.coordinator.WorktreeRefusal;
import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.Patch;
import dev.agentworkflows.coordinator.worktree.Worktree;
import dev.agentworkflows.coordinator.worktree.WorktreeTurn;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.WorktreeRecord;
import java.nio.file.Path;
import java.util.List;

/** Brings what a call changed into the workspace, as uncommitted changes: all of it or nothing. */
public final class ApplyChanges {

  /**
   * What was brought.
   *
   * @param workspace where to
   * @param files from the worktree's top, sorted
   * @param notApplied what a patch does not carry, for people
   */
  public record Applied(
      String callId,
      String workspace,
      List<String> files,
      List<String> notApplied,
      List<ChangedBy> changedBy) {}

  private final OpenHome home;

  public ApplyChanges(OpenHome home) {
    this.home = home;
  }

  /** Of a call that has a worktree. Blocks. */
  public Applied of(String callId) {
    CallWorktrees calls = new CallWorktrees(home);
    return calls.run(worktrees -> {
      WorktreeRecord record = calls.standing(callId);
      RunRecord run =
          RunLookup.run(
              home.store().reader(),
              RunLookup.call(home.store().reader(), callId).identity().runId());
      if (run.status() == RunStatus.RUNNING) {
        throw new RefusedException(new RunRefusal.StillRunning(run.id()));
      }
      refuseApplied(record);
      Worktree worktree = calls.own(record);
      try (WorktreeTurn turn = WorktreeTurn.tryChanging(worktree, "apply").orElse(null)) {
        if (turn == null) {
          throw new RefusedException(new WorktreeRefusal.InUse(record.callId()));
        }
        return applied(calls, worktrees, record, worktree, run);
      }
    });
  }

  private Applied applied(
      CallWorktrees calls,
      Worktrees worktrees,
      WorktreeRecord record,
      Worktree worktree,
      RunRecord run)
      throws GitException, InterruptedException {
    Worktrees.Inspected inspected = worktrees.inspected(worktree);
    Patch patch = inspected.patch();
    if (patch.isEmpty()) {
      throw new RefusedException(new WorktreeRefusal.NothingChanged(record.callId()));
    }
    if (!patch.submodules().isEmpty()) {
      throw new RefusedException(new WorktreeRefusal.Submodules(patch.submodules(), record.path()));
    }
    worktrees.apply(
        worktree,
        patch,
        Path.of(run.settings().workspace()),
        new Worktrees.Ledger() {
          @Override
          public void claim() {
            refuseApplied(calls.standing(record.callId()));
          }

          @Override
          public void applied() {
            home.store()
                .writer()
                .applyWorktree(record.callId(), patch.digest(), home.clock().instant())
                .join();
          }
        });
    return new Applied(
        record.callId(),
        run.settings().workspace(),
        // The others were changed back, or are in commits elsewhere.
        inspected.work().changedFiles().stream().filter(patch.files()::contains).toList(),
        inspected.work().beyondPatch(),
        ChangedBy.of(home.store(), record, patch));
  }

  private static void refuseApplied(WorktreeRecord record) {
    if (record.appliedAt() != null) {
      throw new RefusedException(
          new WorktreeRefusal.AppliedBefore(
              record.callId(), record.appliedAt(), record.path(), record.branch()));
    }
  }
}
