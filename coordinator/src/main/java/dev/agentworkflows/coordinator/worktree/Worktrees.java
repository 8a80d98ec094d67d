package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the worktrees of isolated calls, and takes away those that hold no work. All methods block,
 * and end early when interrupted. Thread-safe, also against other coordinators.
 */
public final class Worktrees {

  /** How long others may be at work in a repository when a worktree is taken away or applied. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Git git;
  private final AllowedWorkspaces allowed;
  private final Path home;

  /**
   * @param environment the coordinator's own
   * @param home where runs are recorded: nothing of it is ever copied into a worktree
   */
  public Worktrees(Map<String, String> environment, AllowedWorkspaces allowed, Path home) {
    this.git = new Git(environment);
    this.allowed = allowed;
    this.home = home;
  }

  /**
   * A worktree that can be made.
   *
   * @param directory in it, what the workspace is in the user's checkout
   */
  public record Plan(Worktree worktree, Path directory, Path checkoutTop) {}

  /** Why a call that is not isolated may not work in a directory; empty when it may. */
  public Optional<String> refusal(Path workspace) {
    return allowed.refusal(workspace);
  }

  /**
   * Finds out what a call's worktree would be made of; changes nothing.
   *
   * @throws GitException when it can't be had: the cause, and the cure
   */
  public Plan plan(Path workspace, Path runDirectory, String runId, String callId)
      throws GitException, InterruptedException {
    allowed.check(workspace);
    Checkout checkout = Checkout.around(git, workspace);
    String base = checkout.head(git);
    Path path = real(runDirectory).resolve("worktrees").resolve(callId);
    Worktree worktree =
        new Worktree(callId, checkout.commonDirectory(), path, "owf/" + runId + "/" + callId, base);
    return new Plan(worktree, path.resolve(checkout.prefix()), checkout.top());
  }

  /** How many files of the user's checkout are not as in HEAD, untracked ones included. */
  public int uncommitted(Plan plan) throws GitException, InterruptedException {
    byte[] status =
        git.in(plan.checkoutTop())
            .with("status", "--porcelain", "-z", "--no-renames")
            .orFail()
            .output();
    return FileNames.split(status).size();
  }

  /** As git writes paths down, so that they can be compared. */
  private static Path real(Path runDirectory) throws GitException {
    try {
      return runDirectory.toRealPath();
    } catch (IOException e) {
      throw new GitException(
          "the run's directory " + runDirectory + " cannot be used: " + FileTrouble.reason(e), e);
    }
  }

  /**
   * Makes a planned worktree. When this fails, nothing is left of it, or else the exception's
   * suppressed ones say what.
   *
   * @param limit how long git, and waiting for others who are at work in the repository, may take
   */
  public void make(Plan plan, Duration limit) throws GitException, InterruptedException {
    new WorktreeMaking(git, home, plan).make(limit);
  }

  /** What a worktree holds that is not in its base. */
  public Work work(Worktree worktree) throws GitException, InterruptedException {
    return new WorkInspection(git, worktree).inspect();
  }

  /** The difference between a worktree's base and its files, as git's patch. */
  public Patch patch(Worktree worktree) throws GitException, InterruptedException {
    return Patch.of(git, worktree);
  }

  /** Takes away a worktree and its branch, whatever they hold. */
  public void remove(Worktree worktree) throws GitException, InterruptedException {
    if (!Files.isDirectory(worktree.commonDirectory())) {
      new WorktreeRemoval(git, worktree).removeDirectory();
      return;
    }
    try (RepositoryLock lock = RepositoryLock.take(worktree.commonDirectory(), PATIENCE)) {
      new WorktreeRemoval(git, worktree).removeAll();
    }
  }

  /** Says once whether a worktree may be applied, and is told when it is. */
  public interface Ledger {

    /** Throws when it was applied before. */
    void claim() throws GitException;

    void applied();
  }

  /**
   * Brings a patch into the checkout around a workspace, all of it or nothing.
   *
   * @param ledger asked and told while nobody else is at work in the repository
   */
  public void apply(Worktree worktree, Patch patch, Path workspace, Ledger ledger)
      throws GitException, InterruptedException {
    Checkout checkout = Checkout.around(git, workspace);
    if (!checkout.commonDirectory().equals(worktree.commonDirectory())) {
      throw new GitException(
          workspace + " is not a checkout of " + worktree.commonDirectory() + " any more");
    }
    try (RepositoryLock lock = RepositoryLock.take(worktree.commonDirectory(), PATIENCE)) {
      ledger.claim();
      new PatchApplication(git, checkout.top()).apply(patch);
      ledger.applied();
    }
  }

  /** What is left of a worktree: its directory, git's knowledge of it, its branch. */
  public boolean leavesAnything(Worktree worktree) throws GitException, InterruptedException {
    return Files.exists(worktree.path(), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(worktree.leaving(), LinkOption.NOFOLLOW_LINKS)
        || worktree.gitDirectory().isPresent()
        || branchTip(worktree).isPresent();
  }

  /** How many commits a worktree's branch has that its base has not; empty without a branch. */
  public Optional<Long> commitsOnBranch(Worktree worktree)
      throws GitException, InterruptedException {
    if (branchTip(worktree).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Long.parseLong(
            worktree
                .repository(git)
                .with("rev-list", "--count", worktree.ref(), "--not", worktree.base())
                .orFail()
                .line()));
  }

  private Optional<String> branchTip(Worktree worktree) throws GitException, InterruptedException {
    if (!Files.isDirectory(worktree.commonDirectory())) {
      return Optional.empty();
    }
    Git.Result tip =
        worktree.repository(git).with("rev-parse", "--verify", "--quiet", worktree.ref()).run();
    return tip.fine() ? Optional.of(tip.line()) : Optional.empty();
  }
}
