package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The directory that an agent is started in: what the workspace is in the user's checkout. */
record WorkingDirectory(Worktrees.Plan plan) {

  /**
   * Makes it where it is not: the workspace need not be in the commit, and an agent may have
   * removed it.
   *
   * @throws GitException when a link leads out of the worktree on the way to it
   */
  void make() throws GitException {
    Path directory = plan.directory();
    try {
      Path there = directory;
      while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
        there = there.resolveSibling("");
      }
      if (!there.toRealPath().startsWith(plan.worktree().path().toRealPath())) {
        throw new GitException(
            "the workspace is a symbolic link in the commit, and leads out of the worktree."
                + " Name another workspace");
      }
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new GitException("cannot make " + directory + ": " + FileErrors.reason(e), e);
    }
  }
}
