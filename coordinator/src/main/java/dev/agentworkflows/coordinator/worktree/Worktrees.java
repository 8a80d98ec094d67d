package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes the worktrees of isolated calls, and takes away those that hold no work. All methods block,
 * and end early when interrupted. Thread-safe, also against other coordinators.
 */
public final class Worktrees {

  /** How long others may be at work in a repository when a worktree is taken away or applied. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Beside the worktrees of a run: where git's search for a repository ends. */
  public static final String STOP = ".git";

  private final Git git;
  private final AllowedWorkspaces allowed;
  private final Path home;
  private final KnownRepositories repositories;
  private final KnownBaselines baselines = new KnownBaselines();

  /**
   * @param environment the coordinator's own
   * @param home where runs are recorded: nothing of it is ever copied into a worktree
   */
  public Worktrees(Map<String, String> environment, AllowedWorkspaces allowed, Path home) {
    this.git = new Git(environment);
    this.allowed = allowed;
    this.home = home;
    this.repositories = new KnownRepositories(environment);
  }

  /** Whether {@link #beforeEdits} was called for a workspace. */
  public boolean isReadyForEdits(Path workspace) {
    return repositories.hasBegun(workspace);
  }

  /**
   * Writes down which programs the repository around a workspace names, before an agent that may
   * edit files works there. Later worktrees are made with none that came to be there since.
   *
   * @throws GitException when that can't be told
   */
  public void beforeEdits(Path workspace, Duration limit)
      throws GitException, InterruptedException {
    repositories.begin(git.until(Deadline.in(limit)), workspace);
  }

  /**
   * Takes the configuration and the hooks that a repository has now for the user's.
   *
   * @return the repository's git directory
   */
  public Path accept(Path workspace) throws GitException, InterruptedException {
    Checkout checkout = Checkout.around(git, workspace);
    repositories.accept(git, checkout);
    return checkout.commonDirectory();
  }

  /**
   * A worktree that can be made.
   *
   * @param directory in it, what the workspace is in the user's checkout
   */
  public record Plan(Worktree worktree, Path directory, Path checkoutTop) {

    /** The same for another call of the run: a worktree of its own, from the same commit. */
    public Plan forCall(String callId) {
      Path path = worktree.path().resolveSibling(callId);
      String branch =
          worktree.branch().substring(0, worktree.branch().lastIndexOf('/') + 1) + callId;
      return new Plan(
          new Worktree(callId, worktree.commonDirectory(), path, branch, worktree.base()),
          path.resolve(worktree.path().relativize(directory)),
          checkoutTop);
    }
  }

  /** Why a call that is not isolated may not work in a directory; empty when it may. */
  public Optional<String> refusal(Path workspace) {
    return allowed.refusal(workspace);
  }

  /** Why no file of a workspace may be read for a call; empty when those below it may. */
  public Optional<String> refusalOfFiles(Path workspace) {
    return allowed.refusalOfFiles(workspace);
  }

  /** Whether calls work in directories alone that an operator has named. */
  public boolean areConfined() {
    return allowed.areNamed();
  }

  /**
   * Finds out what a call's worktree would be made of; changes nothing.
   *
   * @param limit how long git may take
   * @throws GitException when it can't be had: the cause, and the cure
   */
  public Plan plan(Path workspace, Path runDirectory, String runId, String callId, Duration limit)
      throws GitException, InterruptedException {
    allowed.check(workspace);
    Git bounded = git.until(Deadline.in(limit));
    Checkout checkout = Checkout.around(bounded, workspace);
    String base = checkout.head(bounded);
    Path path = real(runDirectory).resolve("worktrees").resolve(callId);
    Worktree worktree =
        new Worktree(callId, checkout.commonDirectory(), path, "owf/" + runId + "/" + callId, base);
    return new Plan(worktree, path.resolve(checkout.prefix()), checkout.top());
  }

  /** How many files of the user's checkout are not as in HEAD, untracked ones included. */
  public int uncommitted(Plan plan, Duration limit) throws GitException, InterruptedException {
    byte[] status =
        withoutRepositoryFilters(git.until(Deadline.in(limit)), plan.checkoutTop())
            // Git would start itself in each submodule, with what that one's configuration says.
            .with("status", "--porcelain", "-z", "--no-renames", "--ignore-submodules=dirty")
            .orFail()
            .output();
    return FileNames.split(status).size();
  }

  /** An agent of an earlier call may have written them; those of the user's own files stay. */
  private static Git.Command withoutRepositoryFilters(Git git, Path top)
      throws GitException, InterruptedException {
    Git.Command command = git.in(top);
    List<String> found =
        FileNames.split(
            git.in(top)
                .with("config", "-z", "--show-scope", "--get-regexp")
                .with("^filter\\..*\\.(clean|smudge|process|required)$")
                .run()
                .output());
    String count = git.variable("GIT_CONFIG_COUNT");
    int next = count.matches("\\d{1,4}") ? Integer.parseInt(count) : 0;
    for (int i = 0; i + 1 < found.size(); i += 2) {
      String key = found.get(i + 1).lines().findFirst().orElse("");
      if (found.get(i).equals("local") || found.get(i).equals("worktree")) {
        command
            .variable("GIT_CONFIG_KEY_" + next, key)
            .variable("GIT_CONFIG_VALUE_" + next, key.endsWith(".required") ? "false" : "");
        next++;
      }
    }
    return next == 0 ? command : command.variable("GIT_CONFIG_COUNT", Integer.toString(next));
  }

  /** As git writes paths down, so that they can be compared. */
  private static Path real(Path runDirectory) throws GitException {
    try {
      return runDirectory.toRealPath();
    } catch (IOException e) {
      throw new GitException(
          "the run's directory " + runDirectory + " cannot be used: " + FileErrors.reason(e), e);
    }
  }

  /**
   * Makes a planned worktree. When this fails, nothing is left of it, or else the exception's
   * suppressed ones say what.
   *
   * @param limit how long git, and waiting for others who are at work in the repository, may take
   */
  public void make(Plan plan, Duration limit) throws GitException, InterruptedException {
    new WorktreeMaking(git.until(Deadline.in(limit)), git, home, repositories, plan).make(limit);
    baselines.written(plan.worktree());
  }

  /** What a worktree holds that is not in its base. */
  public Work work(Worktree worktree) throws GitException, InterruptedException {
    baselines.check(worktree);
    return new WorkInspection(git, worktree).inspect();
  }

  /**
   * The same, in time.
   *
   * @throws GitException also when the time is over: then it can't be told
   */
  public Work work(Worktree worktree, Duration limit) throws GitException, InterruptedException {
    baselines.check(worktree);
    return new WorkInspection(git.until(Deadline.in(limit)), worktree).inspect();
  }

  /**
   * Makes sure that another call may go on in a worktree that an agent had: that it is where it was
   * made, and that git and the working directory lead nowhere else.
   *
   * @throws GitException when that is not so, or can't be told
   */
  public void requireUsable(Plan plan, Duration limit) throws GitException, InterruptedException {
    Worktree worktree = plan.worktree();
    Optional<String> foreign = foreign(worktree);
    if (foreign.isPresent()) {
      throw new GitException(foreign.get());
    }
    new WorktreeReentry(git.until(Deadline.in(limit)), plan).check();
  }

  /**
   * How a worktree is now.
   *
   * @throws GitException also when the time is over: then it can't be told
   */
  public TreeState state(Worktree worktree, Duration limit)
      throws GitException, InterruptedException {
    baselines.check(worktree);
    return new WorkInspection(git.until(Deadline.in(limit)), worktree).state();
  }

  /** The difference between a worktree's base and its files, as git's patch. */
  public Patch patch(Worktree worktree) throws GitException, InterruptedException {
    baselines.check(worktree);
    return Patch.of(git, worktree);
  }

  /**
   * Both, of one look at the files.
   *
   * @param work what the worktree holds
   * @param patch of it, what can be brought elsewhere
   */
  public record Inspected(Work work, Patch patch) {}

  /** What a worktree holds, and what of it can be brought elsewhere. */
  public Inspected inspected(Worktree worktree) throws GitException, InterruptedException {
    baselines.check(worktree);
    WorkInspection inspection = new WorkInspection(git, worktree);
    Work work = inspection.inspect();
    return new Inspected(work, inspection.patch());
  }

  /** Takes away a worktree and its branch, whatever they hold. */
  public void remove(Worktree worktree) throws GitException, InterruptedException {
    baselines.forget(worktree);
    if (!isKnownToRepository(worktree)) {
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
      new ApplyChanges(git, checkout, worktree).apply(patch);
      ledger.applied();
    }
  }

  /**
   * Why a recorded worktree is none of this home's, so that nothing of it may be read, run or
   * removed; empty when it is. A record is input: its paths may lead anywhere.
   */
  public Optional<String> foreign(Worktree worktree) {
    Path path = worktree.path();
    try {
      Path runs = home.toRealPath().resolve("runs");
      boolean inHome =
          path.isAbsolute()
              && path.normalize().equals(path)
              && path.startsWith(runs)
              && path.getNameCount() == runs.getNameCount() + 3
              && path.getName(runs.getNameCount() + 1).toString().equals("worktrees")
              && path.endsWith(worktree.callId());
      if (!inHome) {
        return Optional.of(
            "its recorded place %s is not in this home, %s: the home was moved, perhaps"
                .formatted(path, home.toRealPath()));
      }
      Optional<Path> link = linkOnTheWay(runs, path);
      if (link.isPresent()) {
        return Optional.of(
            "%s is a link, so its recorded place %s may be anywhere".formatted(link.get(), path));
      }
    } catch (IOException e) {
      return Optional.of("its home " + home + " cannot be looked up: " + FileErrors.reason(e));
    }
    if (!worktree.hasBranchOfItsOwn()) {
      return Optional.of("its recorded branch " + worktree.branch() + " is none of a call's");
    }
    return Optional.empty();
  }

  /**
   * A link that leads out of the home on the way to a directory that is named as one of its own.
   */
  private static Optional<Path> linkOnTheWay(Path runs, Path path) {
    Path run = runs.resolve(path.getName(runs.getNameCount()));
    return Stream.of(runs, run, run.resolve("worktrees"), run.resolve("baselines"))
        .filter(Files::isSymbolicLink)
        .findFirst();
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

  /**
   * Whether there is anything to remove in the repository. Where there is not, nothing is written
   * there, not even a lock: a record may name any directory.
   */
  private boolean isKnownToRepository(Worktree worktree) throws GitException, InterruptedException {
    return worktree.hasRepository()
        && (worktree.gitDirectory().isPresent()
            || Files.exists(worktree.halfMade(), LinkOption.NOFOLLOW_LINKS)
            || branchTip(worktree).isPresent());
  }

  private Optional<String> branchTip(Worktree worktree) throws GitException, InterruptedException {
    if (!worktree.hasRepository()) {
      return Optional.empty();
    }
    Git.Result tip =
        worktree.repository(git).with("rev-parse", "--verify", "--quiet", worktree.ref()).run();
    return tip.fine() ? Optional.of(tip.line()) : Optional.empty();
  }
}
