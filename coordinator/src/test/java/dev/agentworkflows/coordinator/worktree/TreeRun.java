package dev.agentworkflows.coordinator.worktree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.agentworkflows.coordinator.testing.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes one tree through what the coordinator does with a worktree, and holds each step against the
 * file system.
 */
final class TreeRun {

  private final TreeCase tree;
  private final Playground place;
  private final TreeTally tally;
  private final TreeJudgement.Moment after;
  private final TreeJudgement left;
  private Surroundings surroundings;

  /** Everything but the worktree. */
  private record Surroundings(
      FileSnapshot files, FileSnapshot repository, Map<String, String> refs, FileSnapshot around) {

    static Surroundings of(Playground place) {
      return new Surroundings(
          place.checkoutFiles(),
          place.repositoryFiles(),
          place.refs(),
          FileSnapshot.of(place.around));
    }
  }

  private TreeRun(TreeCase tree, Playground place, TreeTally tally) throws Exception {
    this.tree = tree;
    this.place = place;
    this.tally = tally;
    TreeJudgement.Moment before = TreeJudgement.Moment.of(place);
    place.agent(tree);
    this.after = TreeJudgement.Moment.of(place);
    this.left = TreeJudgement.of(place, tree, before, after);
    this.surroundings = Surroundings.of(place);
  }

  /**
   * Runs it.
   *
   * @throws BrokenPromise when the coordinator falls short
   */
  static void run(TreeTemplates templates, TreeCase tree, Path top, TreeTally tally)
      throws Exception {
    try (Playground place = Playground.of(templates, tree, top)) {
      new TreeRun(tree, place, tally).promises();
    }
  }

  private void promises() throws Exception {
    tally.count("trees");
    if (!left.reasons().isEmpty()) {
      tally.count("with work");
    }
    nextCall();
    List<String> told = new ArrayList<>();
    List<String> changedFiles = new ArrayList<>();
    inspect(changedFiles, told);
    Patch patch = patch(told);
    boolean removed = sweep("gc");
    if (removed) {
      tally.count("removed");
      promise(
          left.reasons().isEmpty(),
          "work lost",
          "gc removed it, though there are " + left.reasons());
      return;
    }
    tally.count("kept");
    promise(
        !left.reasons().isEmpty() || !left.open().isEmpty() || !tree.isPlain(),
        "kept without work",
        String.join("; ", told));
    if (left.reasons().isEmpty()) {
      tally.count("kept without work, odd");
    }
    if (patch != null) {
      apply(patch, told);
    }
  }

  /** Another worktree is made with nothing that this agent planted, or not at all. */
  private void nextCall() throws Exception {
    try {
      Worktree next = place.nextWorktree();
      Work work = place.worktrees.work(next);
      List<String> findings =
          work.findings().stream()
              // One that the first agent made beside its own may be anybody's.
              .filter(finding -> !finding.startsWith("a worktree of its own"))
              .toList();
      promise(
          findings.isEmpty() && work.changedFiles().isEmpty(),
          "a new worktree holds work",
          findings + " " + work.changedFiles());
      place.worktrees.remove(next);
      tally.count("made a next one");
    } catch (GitException e) {
      tally.count("refused a next one");
      promise(
          !tree.isPlain(), "a plain tree keeps the next call from its worktree", e.getMessage());
    }
    untouched("the next call");
  }

  private void inspect(List<String> changedFiles, List<String> told) throws Exception {
    boolean none;
    try {
      Work work = place.worktrees.work(place.worktree);
      none = work.none();
      branch(work);
      changedFiles.addAll(work.changedFiles());
      told.addAll(work.findings());
      for (String path : left.changed()) {
        promise(
            named(path, changedFiles, told),
            "work not named",
            path + " is neither in " + changedFiles + " nor in " + told);
      }
    } catch (GitException e) {
      none = false;
      told.add(String.valueOf(e.getMessage()));
      tally.count("could not be inspected");
      promise(!tree.isPlain(), "a plain tree could not be inspected", e.getMessage());
    }
    promise(
        !none || left.reasons().isEmpty(), "work reported as nothing", left.reasons().toString());
    untouched("work");
  }

  /** The branch that is named is one that holds the work. */
  private void branch(Work work) throws Exception {
    Path file = place.gitDirectory.resolve("HEAD");
    String head = Files.isRegularFile(file) ? Files.readString(file).strip() : "";
    String own = place.worktree.branch();
    if (!head.startsWith("ref: refs/heads/")) {
      promise(work.branch().equals(own), "another branch named", work.branch());
      return;
    }
    String current = head.substring("ref: refs/heads/".length());
    boolean inCurrent = holdsWork(current);
    boolean inOwn = holdsWork(own);
    Map<String, String> refs = after.git().refs();
    boolean renamed =
        !refs.containsKey("refs/heads/" + own) && refs.containsKey("refs/heads/" + current);
    if (renamed || inCurrent && !inOwn) {
      promise(
          work.branch().equals(current),
          "another branch named",
          work.branch() + " instead of " + current);
    } else if (inOwn && !inCurrent) {
      promise(
          work.branch().equals(own), "another branch named", work.branch() + " instead of " + own);
    } else {
      promise(List.of(own, current).contains(work.branch()), "another branch named", work.branch());
    }
    tally.count(current.equals(own) ? "on their own branch" : "on another branch");
  }

  private boolean holdsWork(String branch) {
    String tip = after.git().refs().getOrDefault("refs/heads/" + branch, "");
    return !tip.isEmpty() && !place.knownCommits(tree).contains(tip);
  }

  /** A deleted path may have become the old name of a renamed one. */
  private boolean named(String path, Collection<String> files, Collection<String> told) {
    FileSnapshot.Entry now = after.files().at(path);
    boolean deleted = now == null || now.isDirectory();
    return TreeNames.named(path, files, told)
        || deleted && left.changed().stream().anyMatch(other -> after.files().at(other) != null);
  }

  private @Nullable Patch patch(List<String> told) throws Exception {
    Patch patch = null;
    try {
      patch = place.worktrees.patch(place.worktree);
      for (String path : left.changed()) {
        promise(
            TreeNames.named(path, patch.files(), told),
            "not shown by diff",
            path + " is neither in " + patch.files() + " nor in " + told);
      }
      promise(
          !new String(patch.text(), ISO_8859_1).contains("what nobody may show"),
          "outside shown",
          "the patch has the text of a file outside");
    } catch (GitException e) {
      tally.count("no patch");
      promise(!tree.isPlain(), "no patch of a plain tree", e.getMessage());
    }
    untouched("patch");
    return patch;
  }

  private boolean sweep(String what) throws Exception {
    FileSnapshot ownGit = FileSnapshot.of(place.gitDirectory);
    Map<String, String> refs = GitFiles.refs(place.common());
    List<WorktreeGc.Decision> verdicts =
        new WorktreeGc(place.store, place.worktrees, false).all(null);
    if (verdicts.stream().anyMatch(WorktreeGc.Decision::removed)) {
      untouchedBeside(what);
      return true;
    }
    promise(verdicts.size() == 1, "gc does not mention it", verdicts.toString());
    untouched(what);
    promise(
        FileSnapshot.of(place.gitDirectory).equals(ownGit),
        "kept worktree changed",
        "git's own directory: " + FileSnapshot.of(place.gitDirectory).changed(ownGit));
    promise(
        GitFiles.refs(place.common()).equals(refs),
        "kept worktree changed",
        "refs, before: " + refs + ", now: " + GitFiles.refs(place.common()));
    return false;
  }

  private void apply(Patch patch, List<String> told) throws Exception {
    place.user(tree);
    surroundings = Surroundings.of(place);
    boolean[] applied = {false};
    String refusal = null;
    try {
      if (patch.isEmpty() || !patch.submodules().isEmpty()) {
        throw new GitException("as the command refuses: nothing in the patch, or submodules");
      }
      place.worktrees.apply(
          place.worktree,
          patch,
          place.checkout,
          new Worktrees.Ledger() {
            @Override
            public void claim() {}

            @Override
            public void applied() {
              applied[0] = true;
            }
          });
    } catch (GitException e) {
      refusal = String.valueOf(e.getMessage());
    }
    ran("apply");
    if (refusal != null) {
      tally.count("refused");
      untouched("a refused apply");
      promise(
          !tree.isPlain() || tree.user() != TreeCase.UserMove.NOTHING || left.changed().isEmpty(),
          "a plain tree is refused",
          refusal);
      return;
    }
    promise(applied[0], "applied without a word", "");
    tally.count("applied");
    List<String> missing =
        new TreeArrival(
                tree,
                left,
                after.files(),
                surroundings.files(),
                new TreeMerge(
                    place.worktree.path().resolve("long.txt"), place.checkout.resolve("long.txt")))
            .check(place.checkoutFiles(), told);
    repositoryUntouched("apply");
    place.store.writer().applyWorktree(Playground.CALL, patch.digest(), Records.NOON).join();
    surroundings = Surroundings.of(place);
    if (sweep("gc after apply")) {
      tally.count("removed when applied");
      promise(
          missing.isEmpty() && left.beyond().isEmpty(),
          "work lost",
          "gc removed it as applied, without " + missing + left.beyond());
    }
  }

  private void untouched(String what) {
    untouchedBeside(what);
    FileSnapshot now = place.worktreeFiles();
    promise(
        now.equals(after.files()),
        "kept worktree changed",
        what + ": " + now.changed(after.files()));
  }

  private void untouchedBeside(String what) {
    ran(what);
    FileSnapshot now = place.checkoutFiles();
    promise(
        now.equals(surroundings.files()),
        "user's checkout touched",
        what + ": " + now.changed(surroundings.files()));
    repositoryUntouched(what);
  }

  private void repositoryUntouched(String what) {
    FileSnapshot repository = place.repositoryFiles();
    promise(
        repository.equals(surroundings.repository()),
        "user's checkout touched",
        what + ": in .git: " + repository.changed(surroundings.repository()));
    promise(place.refs().equals(surroundings.refs()), "user's checkout touched", what + ": refs");
    FileSnapshot around = FileSnapshot.of(place.around);
    promise(
        around.equals(surroundings.around()),
        "outside touched",
        what + ": " + around.changed(surroundings.around()));
  }

  private void ran(String what) {
    try {
      promise(
          !Files.exists(place.mark),
          "a program ran",
          what + ": " + (Files.exists(place.mark) ? Files.readString(place.mark) : ""));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private void promise(boolean kept, String promise, String detail) {
    if (!kept) {
      throw new BrokenPromise(promise, detail);
    }
  }
}
