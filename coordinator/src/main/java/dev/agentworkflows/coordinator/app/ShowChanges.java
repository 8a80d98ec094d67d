package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.worktree.Patch;
import dev.agentworkflows.coordinator.worktree.Work;
import dev.agentworkflows.coordinator.worktree.Worktree;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.WorktreeRecord;
import java.util.ArrayList;
import java.util.List;

/** Shows what a call changed in its worktree, committed or not. */
public final class ShowChanges {

  /**
   * What a worktree holds.
   *
   * @param diff in git's format, from the commit that the worktree began at
   * @param isEmpty when the diff shows no file, and hides none for its size
   * @param notInDiff what the diff does not carry, for people
   */
  public record Changes(
      WorktreeRecord worktree,
      Work work,
      byte[] diff,
      boolean isEmpty,
      List<String> notInDiff,
      List<ChangedBy> changedBy) {}

  private final OpenHome home;

  public ShowChanges(OpenHome home) {
    this.home = home;
  }

  /** Of a call that has a worktree. Blocks. */
  public Changes of(String callId) {
    CallWorktrees calls = new CallWorktrees(home);
    return calls.run(worktrees -> {
      WorktreeRecord record = calls.standing(callId);
      Worktree worktree = calls.own(record);
      Worktrees.Inspected inspected = worktrees.inspected(worktree);
      Work work = inspected.work();
      Patch patch = inspected.patch();
      List<String> notInDiff = new ArrayList<>(work.beyondPatch());
      patch
          .tooLarge()
          .forEach(name -> notInDiff.add(name + " (too large to be shown; apply brings it)"));
      return new Changes(
          record,
          work,
          patch.text(),
          patch.isEmpty(),
          notInDiff,
          ChangedBy.of(home.store(), record, patch));
    });
  }
}
