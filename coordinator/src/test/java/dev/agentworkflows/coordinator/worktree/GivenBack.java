package dev.agentworkflows.coordinator.worktree;

/** What becomes of a worktree when its call is over, as the pipeline does it. */
final class GivenBack {

  private GivenBack() {}

  static Work of(Worktrees worktrees, Worktree worktree) throws Exception {
    Work work = worktrees.work(worktree);
    if (work.none()) {
      worktrees.remove(worktree);
    }
    return work;
  }
}
