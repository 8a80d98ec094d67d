package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileTree;
import dev.agentworkflows.coordinator.home.FileTrouble;
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

  /** Directory, git's knowledge of it, branch; what is missing already is fine. */
  void removeAll() throws GitException, InterruptedException {
    removeDirectory();
    // Not `git worktree prune`: that would also forget a user's own worktree on a disk that is
    // away.
    Path gitDirectory = worktree.gitDirectory().orElse(halfMade());
    try {
      FileTree.delete(gitDirectory);
    } catch (IOException e) {
      throw new GitException("cannot remove " + gitDirectory + ": " + FileTrouble.reason(e), e);
    }
    removeBranch();
  }

  /** A making that was killed has a directory of git's that does not yet say whose it is. */
  private Path halfMade() {
    return worktree.commonDirectory().resolve("worktrees").resolve(worktree.callId());
  }

  /**
   * The directory. It goes out of the way in one step first: one that is half deleted would look as
   * if its agent had deleted files.
   */
  void removeDirectory() throws GitException {
    Path path = worktree.path();
    Path leaving = worktree.leaving();
    try {
      FileTree.delete(leaving);
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(path, leaving, StandardCopyOption.ATOMIC_MOVE);
      }
      FileTree.delete(leaving);
    } catch (IOException e) {
      throw new GitException("cannot remove " + path + ": " + FileTrouble.reason(e), e);
    }
  }

  private void removeBranch() throws GitException, InterruptedException {
    if (worktree
        .repository(git)
        .with("show-ref", "--verify", "--quiet", worktree.ref())
        .run()
        .fine()) {
      worktree.repository(git).with("branch", "-D", "--", worktree.branch()).orFail();
    }
  }
}
