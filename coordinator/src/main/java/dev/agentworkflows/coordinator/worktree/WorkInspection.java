package dev.agentworkflows.coordinator.worktree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Looks through one worktree for work. What it can't read fails; what it can't tell counts as work.
 */
final class WorkInspection {

  /** Files in a worktree's git directory while an operation of several steps is half done. */
  private static final List<List<String>> HALF_DONE =
      List.of(
          List.of("rebase-merge", "a rebase half done"),
          List.of("rebase-apply", "a rebase half done"),
          List.of("MERGE_HEAD", "a merge half done"),
          List.of("CHERRY_PICK_HEAD", "a cherry-pick half done"),
          List.of("REVERT_HEAD", "a revert half done"),
          List.of("BISECT_LOG", "a bisection half done"));

  private final Git git;
  private final Worktree worktree;
  private final List<String> inPatch = new ArrayList<>();
  private final List<String> beyondPatch = new ArrayList<>();
  private List<String> changedFiles = List.of();

  WorkInspection(Git git, Worktree worktree) {
    this.git = git;
    this.worktree = worktree;
  }

  Work inspect() throws GitException, InterruptedException {
    Path gitDirectory =
        worktree
            .gitDirectory()
            .orElseThrow(() ->
                new GitException(
                    "the repository "
                        + worktree.commonDirectory()
                        + " does not know the worktree "
                        + worktree.path()));
    String head = head();
    if (Files.isDirectory(worktree.path())) {
      compareFiles(head);
    }
    commits(head);
    state(gitDirectory);
    commitsElsewhere(head);
    stash();
    submodules(gitDirectory);
    worktreesOfItsOwn();
    if (inPatch.isEmpty() && beyondPatch.isEmpty()) {
      return Work.NONE;
    }
    List<String> findings = new ArrayList<>(inPatch);
    findings.addAll(beyondPatch);
    return new Work(changedFiles, findings, beyondPatch);
  }

  private Git.Command git() throws GitException {
    return worktree.git(git);
  }

  private String head() throws GitException, InterruptedException {
    Git.Result head = git().with("rev-parse", "--verify", "--quiet", "HEAD^{commit}").run();
    // An orphan branch has no commit: everything differs from the base then.
    return head.fine() ? head.line() : "";
  }

  private void compareFiles(String head) throws GitException, InterruptedException {
    if (head.equals(worktree.base()) && isClean()) {
      return;
    }
    Set<String> files;
    try (ScratchIndex index = ScratchIndex.of(git, worktree)) {
      List<Difference> differences =
          Difference.parse(
              Patch.comparison(index.command(), worktree, "--raw", "-z").orFail().output());
      files = Difference.names(differences);
      differences.stream()
          .filter(Difference::isSubmodule)
          .forEach(submodule -> beyondPatch.add("the submodule " + submodule.name()));
      for (String directory : index.repositoriesInside()) {
        String name = directory.substring(0, directory.length() - 1);
        files.add(name);
        beyondPatch.add("a repository in " + name);
      }
    }
    Set<String> undone = new TreeSet<>(staged());
    undone.addAll(committed(head));
    undone.removeAll(files);
    Set<String> all = new TreeSet<>(files);
    all.addAll(undone);
    changedFiles = List.copyOf(all);
    if (!files.isEmpty()) {
      inPatch.add(count(files.size(), "changed file"));
    }
    if (!undone.isEmpty()) {
      beyondPatch.add(count(undone.size(), "file") + " staged or committed, and changed back");
    }
  }

  /** As git sees it, and with no file that git was told to overlook. */
  private boolean isClean() throws GitException, InterruptedException {
    byte[] status =
        git()
            .with("status", "--porcelain", "-z", "--untracked-files=normal")
            .with("--ignore-submodules=none")
            .orFail()
            .output();
    if (status.length > 0) {
      return false;
    }
    byte[] entries = git().with("ls-files", "-v", "-z").orFail().output();
    return FileNames.split(entries).stream()
        .noneMatch(entry -> Character.isLowerCase(entry.charAt(0)) || entry.charAt(0) == 'S');
  }

  private Set<String> staged() throws GitException, InterruptedException {
    return Difference.names(
        Difference.parse(
            Patch.comparison(git(), worktree, "--cached", "--raw", "-z").orFail().output()));
  }

  private Set<String> committed(String head) throws GitException, InterruptedException {
    if (head.isEmpty() || head.equals(worktree.base())) {
      return Set.of();
    }
    return Difference.names(
        Difference.parse(
            git()
                .with("diff-tree", "-r", "-M", "--raw", "-z", worktree.base(), head)
                .orFail()
                .output()));
  }

  private void commits(String head) throws GitException, InterruptedException {
    if (head.isEmpty()) {
      beyondPatch.add("a branch without a commit");
    } else if (!head.equals(worktree.base())) {
      long ahead = ahead(head);
      inPatch.add(ahead == 0 ? "HEAD moved to " + head : count(ahead, "commit"));
    }
    Git.Result branch = git().with("rev-parse", "--verify", "--quiet", worktree.ref()).run();
    if (branch.fine() && !branch.line().equals(head) && ahead(branch.line()) > 0) {
      beyondPatch.add(count(ahead(branch.line()), "commit") + " on " + worktree.branch());
    }
  }

  private long ahead(String commit) throws GitException, InterruptedException {
    return Long.parseLong(
        git().with("rev-list", "--count", commit, "--not", worktree.base()).orFail().line());
  }

  private void state(Path gitDirectory) throws GitException, InterruptedException {
    for (List<String> operation : HALF_DONE) {
      if (Files.exists(gitDirectory.resolve(operation.get(0)))) {
        beyondPatch.add(operation.get(1));
      }
    }
    if (!git().with("symbolic-ref", "--quiet", "HEAD").run().fine()) {
      (inPatch.isEmpty() ? beyondPatch : inPatch).add("a detached HEAD");
    }
  }

  /** Commits that were made here, as HEAD's log tells, and that HEAD does not lead to. */
  private void commitsElsewhere(String head) throws GitException, InterruptedException {
    Set<String> made = new LinkedHashSet<>();
    for (String entry : log("HEAD")) {
      int space = entry.indexOf(' ');
      if (space > 0 && !onlyMovesHead(entry.substring(space + 1))) {
        made.add(entry.substring(0, space));
      }
    }
    made.remove(worktree.base());
    if (made.isEmpty()) {
      return;
    }
    List<String> known = new ArrayList<>(List.of(worktree.base()));
    if (!head.isEmpty()) {
      known.add(head);
    }
    Git.Result branch = git().with("rev-parse", "--verify", "--quiet", worktree.ref()).run();
    if (branch.fine()) {
      known.add(branch.line());
    }
    long elsewhere = count(made, known, false);
    long inNoBranch = elsewhere == 0 ? 0 : count(made, known, true);
    if (elsewhere > inNoBranch) {
      beyondPatch.add(count(elsewhere - inNoBranch, "commit") + " on other branches");
    }
    // Where there are others, these are what an amend or a rebase left behind.
    if (inNoBranch > 0 && head.equals(worktree.base())) {
      beyondPatch.add(count(inNoBranch, "commit") + " that no branch holds");
    }
  }

  /** By the beginning of what git writes; behind it may stand a commit's subject, which is text. */
  private static boolean onlyMovesHead(String what) {
    return what.startsWith("checkout:")
        || what.startsWith("reset:")
        || what.startsWith("rebase (start)")
        || what.startsWith("rebase (finish)")
        || what.startsWith("rebase -i (start)")
        || what.startsWith("rebase -i (finish)")
        || (what.startsWith("merge ") || what.startsWith("pull"))
            && what.endsWith(": Fast-forward");
  }

  /** How many commits these and their ancestors are, without those that others lead to. */
  private long count(Set<String> commits, List<String> without, boolean withoutAllRefs)
      throws GitException, InterruptedException {
    StringBuilder input = new StringBuilder();
    commits.forEach(commit -> input.append(commit).append('\n'));
    without.forEach(commit -> input.append('^').append(commit).append('\n'));
    Git.Command command = git().with("rev-list", "--count", "--ignore-missing");
    if (withoutAllRefs) {
      command.with("--not", "--all", "--not");
    }
    return Long.parseLong(
        command
            .with("--stdin")
            .input(input.toString().getBytes(StandardCharsets.UTF_8))
            .orFail()
            .line());
  }

  /** The stash is one for the whole repository; its entries name the branch they were made on. */
  private void stash() throws GitException, InterruptedException {
    String here = "on " + worktree.branch().toLowerCase(Locale.ROOT) + ":";
    if (log("refs/stash").stream()
        .anyMatch(entry -> entry.toLowerCase(Locale.ROOT).contains(here))) {
      beyondPatch.add("a stash");
    }
  }

  /** A ref's log: commit and what was done, newest first; empty when it has none. */
  private List<String> log(String ref) throws GitException, InterruptedException {
    Git.Result log = git().with("log", "--walk-reflogs", "--format=%H %gs", ref, "--").run();
    return log.fine() ? log.line().lines().toList() : List.of();
  }

  /** Submodules of a worktree have their repositories in its git directory, and go with it. */
  private void submodules(Path gitDirectory) throws GitException, InterruptedException {
    Path modules = gitDirectory.resolve("modules");
    if (!Files.isDirectory(modules)) {
      return;
    }
    List<Path> repositories;
    try (Stream<Path> all = Files.walk(modules)) {
      repositories =
          all.filter(path ->
                  path.endsWith("HEAD") && Files.isDirectory(path.resolveSibling("objects")))
              .map(Path::getParent)
              .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new GitException("cannot read " + modules, e);
    }
    for (Path repository : repositories) {
      String own =
          git.in(repository)
              .with("--git-dir=" + repository, "rev-list", "--count", "--branches", "--reflog")
              .with("--not", "--remotes")
              .orFail()
              .line();
      if (!own.equals("0")) {
        beyondPatch.add(
            count(Long.parseLong(own), "commit")
                + " in the submodule "
                + modules.relativize(repository));
      }
    }
  }

  /** An agent may have made worktrees, in its own or beside it: they would go with the run. */
  private void worktreesOfItsOwn() throws GitException {
    for (Path other : worktree.registered()) {
      boolean inside = other.startsWith(worktree.path()) && !other.equals(worktree.path());
      boolean beside =
          other.startsWith(worktree.path().resolveSibling(""))
              && !other.startsWith(worktree.path())
              && !other.getName(worktree.path().getNameCount() - 1).toString().contains("_call_");
      if (inside || beside) {
        beyondPatch.add("a worktree of its own at " + other);
      }
    }
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
