package dev.agentworkflows.coordinator.worktree;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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
  private final Findings findings = new Findings();
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
    new CommitInspection(git, worktree, findings).inspect(head, gitDirectory);
    state(gitDirectory);
    worktreesOfItsOwn();
    return findings.work(changedFiles);
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
          .forEach(submodule -> findings.beyondPatch("the submodule " + submodule.name()));
      for (String directory : index.repositoriesInside()) {
        String name = directory.substring(0, directory.length() - 1);
        files.add(name);
        findings.beyondPatch("a repository in " + name);
      }
    }
    Set<String> undone = new TreeSet<>(staged());
    undone.addAll(committed(head));
    undone.removeAll(files);
    Set<String> all = new TreeSet<>(files);
    all.addAll(undone);
    changedFiles = List.copyOf(all);
    if (!files.isEmpty()) {
      findings.inPatch(Findings.count(files.size(), "changed file"));
    }
    if (!undone.isEmpty()) {
      findings.beyondPatch(
          Findings.count(undone.size(), "file") + " staged or committed, and changed back");
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

  private void state(Path gitDirectory) throws GitException, InterruptedException {
    for (List<String> operation : HALF_DONE) {
      if (Files.exists(gitDirectory.resolve(operation.get(0)))) {
        findings.beyondPatch(operation.get(1));
      }
    }
    if (!git().with("symbolic-ref", "--quiet", "HEAD").run().fine()) {
      findings.state("a detached HEAD");
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
        findings.beyondPatch("a worktree of its own at " + other);
      }
    }
  }
}
