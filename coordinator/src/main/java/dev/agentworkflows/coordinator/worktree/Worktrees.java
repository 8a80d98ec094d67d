package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileTrouble;
import dev.agentworkflows.coordinator.home.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the worktrees of isolated calls, and takes away those that hold no work. All methods block,
 * and end early when interrupted. Thread-safe, also against other coordinators.
 */
public final class Worktrees {

  /** How long others may be at work in a repository when a worktree is taken away or applied. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

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
   * @param limit how long git may take
   */
  public void make(Plan plan, Duration limit) throws GitException, InterruptedException {
    Worktree worktree = plan.worktree();
    makeRoom(worktree.path());
    try (RepositoryLock lock = RepositoryLock.take(worktree.commonDirectory(), limit)) {
      refuseTakenBranch(worktree);
      try {
        add(plan, limit);
        verify(plan);
      } catch (GitException | InterruptedException | RuntimeException e) {
        undo(worktree, e);
        throw e;
      }
    }
    try {
      makeDirectory(plan);
      new IncludedFiles(git, home).copy(plan.checkoutTop(), worktree);
    } catch (GitException | InterruptedException | RuntimeException e) {
      removeAll(worktree, e);
      throw e;
    }
  }

  private static void makeRoom(Path path) throws GitException {
    try {
      OwnerOnly.createDirectories(path.resolveSibling(""));
    } catch (IOException e) {
      throw new GitException(
          "cannot make "
              + path.resolveSibling("")
              + ": "
              + FileTrouble.reason(e)
              + ". Pass --home DIR",
          e);
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new GitException(path + " is there already. Move it away, or run `owf gc`");
    }
  }

  private void refuseTakenBranch(Worktree worktree) throws GitException, InterruptedException {
    if (worktree
        .repository(git)
        .with("show-ref", "--verify", "--quiet", worktree.ref())
        .run()
        .fine()) {
      throw new GitException(
          "the branch " + worktree.branch() + " is there already. Rename it, or run `owf gc`");
    }
  }

  private void add(Plan plan, Duration limit) throws GitException, InterruptedException {
    Worktree worktree = plan.worktree();
    Git.Result added =
        git.in(plan.checkoutTop())
            // Whatever becomes of the branch, HEAD's log tells which commits were made here.
            .with("-c", "core.logAllRefUpdates=true", "-c", "worktree.useRelativePaths=false")
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
    if (errors.contains("cannot lock ref")) {
      return ". A branch named `owf` is in the way of owf/...: rename it";
    }
    return "";
  }

  /** What the provider is given is what was planned, and nothing else. */
  private void verify(Plan plan) throws GitException, InterruptedException {
    Worktree worktree = plan.worktree();
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

  /** The workspace need not be in the commit: then its place in the worktree is empty. */
  private static void makeDirectory(Plan plan) throws GitException {
    try {
      Files.createDirectories(plan.directory());
      Path top = plan.worktree().path().toRealPath();
      if (!plan.directory().toRealPath().startsWith(top)) {
        throw new GitException(
            "the workspace is a symbolic link in the commit, and leads out of the worktree."
                + " Pass --workspace DIR");
      }
    } catch (IOException e) {
      throw new GitException("cannot make " + plan.directory() + ": " + FileTrouble.reason(e), e);
    }
  }

  private void removeAll(Worktree worktree, Exception failure) throws InterruptedException {
    boolean interrupted = Thread.interrupted();
    try (RepositoryLock lock = RepositoryLock.take(worktree.commonDirectory(), PATIENCE)) {
      undo(worktree, failure);
    } catch (GitException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Takes away what a failed making left; the lock is held. */
  private void undo(Worktree worktree, Exception failure) {
    // An interruption is why we are here, and must not end the tidying up.
    boolean interrupted = Thread.interrupted();
    try {
      new WorktreeRemoval(git, worktree).removeAll();
    } catch (GitException | InterruptedException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
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
