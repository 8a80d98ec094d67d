package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Makes one planned worktree: all of it, or nothing. */
final class WorktreeMaking {

  private final Git git;
  private final Git unbounded;
  private final Path home;
  private final KnownRepositories repositories;
  private final Worktrees.Plan plan;
  private final Worktree worktree;

  /**
   * @param git with an end for all of it
   * @param unbounded for what must be tidied up after that
   * @param home nothing of it is copied into the worktree
   */
  WorktreeMaking(
      Git git, Git unbounded, Path home, KnownRepositories repositories, Worktrees.Plan plan) {
    this.git = git;
    this.unbounded = unbounded;
    this.home = home;
    this.repositories = repositories;
    this.plan = plan;
    this.worktree = plan.worktree();
  }

  /**
   * Makes it. When this fails, nothing is left of it, or else the exception's suppressed ones say
   * what.
   */
  void make(Duration limit) throws GitException, InterruptedException {
    makeRoom();
    try (RepositoryLock lock = RepositoryLock.take(worktree.commonDirectory(), limit)) {
      refuseTakenBranch();
      // As late as can be: other agents may be at work.
      repositories.check(
          git,
          new Checkout(plan.checkoutTop(), worktree.commonDirectory(), Path.of("")),
          worktree.base());
      BaselineRecording baseline = new BaselineRecording(git, worktree);
      try {
        baseline.begin();
        add(limit);
        verify();
        baseline.record();
      } catch (GitException | InterruptedException | RuntimeException e) {
        undo(e);
        throw e;
      }
    }
    try {
      new WorkingDirectory(plan).make();
      new IncludedFiles(git, home).copy(plan.checkoutTop(), worktree);
    } catch (GitException | InterruptedException | RuntimeException e) {
      removeAll(e);
      throw e;
    }
  }

  private void makeRoom() throws GitException {
    Path path = worktree.path();
    try {
      Path all = path.resolveSibling("");
      PrivateFiles.createDirectoriesBelow(all.resolveSibling(""), all);
      stopGit(all);
    } catch (IOException e) {
      throw new GitException(
          "cannot make "
              + path.resolveSibling("")
              + ": "
              + FileErrors.reason(e)
              + ". Name another home",
          e);
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new GitException(path + " is there already. Move it away, or run gc");
    }
  }

  /**
   * Git that finds no repository in a worktree looks in the directories above it, up to the user's
   * own checkout. A file that leads to no repository ends that, whatever the path looks like:
   * GIT_CEILING_DIRECTORIES can't name one with a colon in it.
   */
  private static void stopGit(Path all) throws IOException {
    Path stop = all.resolve(Worktrees.STOP);
    if (!Files.exists(stop, LinkOption.NOFOLLOW_LINKS)) {
      PrivateFiles.write(stop, "gitdir: no-repository-beyond-this-directory\n");
    }
  }

  private void refuseTakenBranch() throws GitException, InterruptedException {
    if (worktree
        .repository(git)
        .with("show-ref", "--verify", "--quiet", worktree.ref())
        .run()
        .fine()) {
      throw new GitException(
          "the branch " + worktree.branch() + " is there already. Rename it, or run gc");
    }
  }

  private void add(Duration limit) throws GitException, InterruptedException {
    Git.Result added =
        git.trusting(plan.checkoutTop())
            // Whatever becomes of the branch, HEAD's log tells which commits were made here.
            .with("-c", "core.logAllRefUpdates=true", "-c", "worktree.useRelativePaths=false")
            // A commit is what its id says, whatever an agent put into refs/replace.
            .variable("GIT_NO_REPLACE_OBJECTS", "1")
            .with("worktree", "add", "--no-track", "-b", worktree.branch())
            .with(worktree.path().toString(), worktree.base())
            .within(limit)
            .run();
    if (!added.fine()) {
      throw new GitException("`git worktree add` failed: " + added.reason() + cure(added.errors()));
    }
  }

  private static String cure(String errors) {
    if (errors.contains("No space left on device")
        || errors.contains("Out of diskspace")
        || errors.contains("Disk quota exceeded")) {
      return ". Make room on the disk";
    }
    if (errors.contains("Permission denied") || errors.contains("Read-only file system")) {
      return ". See that you may write to the repository's git directory and to the home";
    }
    if (errors.lines().allMatch(line -> line.isBlank() || line.startsWith("Preparing worktree"))) {
      // Git says no more when a hook fails.
      return ". Its post-checkout hook failed, perhaps: see `git config core.hooksPath` and"
          + " .git/hooks";
    }
    if (errors.contains("cannot lock ref")) {
      return ". A branch named `owf` is in the way of owf/...: rename it";
    }
    return "";
  }

  /** What the provider is given is what was planned, and nothing else. */
  private void verify() throws GitException, InterruptedException {
    List<String> found =
        git.in(worktree.path())
            .variable("GIT_CEILING_DIRECTORIES", String.valueOf(worktree.path().getParent()))
            .with("rev-parse", "--show-toplevel", "HEAD", "--symbolic-full-name", "HEAD")
            .orFail()
            .line()
            .lines()
            .toList();
    try {
      List<String> expected =
          List.of(worktree.path().toRealPath().toString(), worktree.base(), worktree.ref());
      if (!found.equals(expected) || worktree.gitDirectory().isEmpty()) {
        throw new GitException("the worktree is not as it should be: " + found);
      }
    } catch (IOException e) {
      throw new GitException("the worktree " + worktree.path() + " vanished", e);
    }
  }

  private void removeAll(Exception failure) throws InterruptedException {
    boolean interrupted = Thread.interrupted();
    try (RepositoryLock lock =
        RepositoryLock.take(worktree.commonDirectory(), Worktrees.PATIENCE)) {
      undo(failure);
    } catch (GitException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Takes away what a failed making left; the lock is held. */
  private void undo(Exception failure) {
    // An interruption is why we are here, and must not end the tidying up.
    boolean interrupted = Thread.interrupted();
    try {
      new WorktreeRemoval(unbounded, worktree).removeAll();
    } catch (GitException | InterruptedException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
