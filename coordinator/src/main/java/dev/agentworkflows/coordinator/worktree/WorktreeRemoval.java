package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Takes away whatever there is of a worktree. The repository's lock is held. */
final class WorktreeRemoval {

  private final Git git;
  private final Worktree worktree;

  WorktreeRemoval(Git git, Worktree worktree) {
    this.git = git;
    this.worktree = worktree;
  }

  /**
   * Directory, git's knowledge of it, branch; what is missing already is fine. The directory goes
   * out of the way first and from the disk last: while it is there, it tells that the rest may go.
   */
  void removeAll() throws GitException, InterruptedException {
    moveAway();
    // Not `git worktree prune`: that would also forget a user's own worktree on a disk that is
    // away.
    Path gitDirectory = worktree.gitDirectory().orElse(worktree.halfMade());
    if (worktree.movedTo().isEmpty() || !gitDirectory.equals(worktree.halfMade())) {
      delete(gitDirectory);
    }
    removeBranch();
    delete(worktree.leaving());
    delete(worktree.baseline());
  }

  /** The directory alone: its repository is gone, or knows nothing of it. */
  void removeDirectory() throws GitException {
    moveAway();
    delete(worktree.leaving());
    delete(worktree.baseline());
  }

  /** In one step: a directory that is half deleted would look as if its agent had deleted files. */
  private void moveAway() throws GitException {
    Path path = worktree.path();
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    delete(worktree.leaving());
    try {
      Files.move(path, worktree.leaving(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new GitException("cannot remove " + path + ": " + FileErrors.reason(e), e);
    }
  }

  private static void delete(Path path) throws GitException {
    try {
      FileTree.delete(path);
    } catch (IOException e) {
      throw new GitException("cannot remove " + path + ": " + FileErrors.reason(e), e);
    }
  }

  private void removeBranch() throws GitException, InterruptedException {
    if (!worktree.hasBranchOfItsOwn()) {
      return;
    }
    if (worktree
        .repository(git)
        .with("show-ref", "--verify", "--quiet", worktree.ref())
        .run()
        .fine()) {
      worktree.repository(git).with("branch", "-D", "--", worktree.branch()).orFail();
    }
  }
}
