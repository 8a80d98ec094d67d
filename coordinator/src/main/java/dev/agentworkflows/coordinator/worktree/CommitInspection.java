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
import java.util.stream.Stream;

/** Looks for what an agent committed or stashed, wherever it did. */
final class CommitInspection {

  private final Git git;
  private final Worktree worktree;
  private final Findings findings;

  CommitInspection(Git git, Worktree worktree, Findings findings) {
    this.git = git;
    this.worktree = worktree;
    this.findings = findings;
  }

  /**
   * Looks.
   *
   * @param head the commit that is checked out; empty when there is none
   */
  void inspect(String head, Path gitDirectory) throws GitException, InterruptedException {
    Git.Result tip = git().with("rev-parse", "--verify", "--quiet", worktree.ref()).run();
    String branch = tip.fine() ? tip.line() : "";
    commits(head, branch);
    commitsElsewhere(head, branch);
    stash();
    submodules(gitDirectory);
  }

  private Git.Command git() throws GitException {
    return worktree.git(git);
  }

  private void commits(String head, String branch) throws GitException, InterruptedException {
    if (head.isEmpty()) {
      findings.beyondPatch("a branch without a commit");
    } else if (!head.equals(worktree.base())) {
      long ahead = ahead(head);
      findings.inPatch(ahead == 0 ? "HEAD moved to " + head : Findings.count(ahead, "commit"));
    }
    long left = branch.isEmpty() || branch.equals(head) ? 0 : ahead(branch);
    if (left > 0) {
      findings.beyondPatch(Findings.count(left, "commit") + " on " + worktree.branch());
    }
  }

  private long ahead(String commit) throws GitException, InterruptedException {
    return Long.parseLong(
        git().with("rev-list", "--count", commit, "--not", worktree.base()).orFail().line());
  }

  /** Commits that were made here, as HEAD's log tells, and that HEAD does not lead to. */
  private void commitsElsewhere(String head, String branch)
      throws GitException, InterruptedException {
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
    if (!branch.isEmpty()) {
      known.add(branch);
    }
    long elsewhere = count(made, known, false);
    long inNoBranch = elsewhere == 0 ? 0 : count(made, known, true);
    if (elsewhere > inNoBranch) {
      findings.beyondPatch(Findings.count(elsewhere - inNoBranch, "commit") + " on other branches");
    }
    // Where there are others, these are what an amend or a rebase left behind.
    if (inNoBranch > 0 && head.equals(worktree.base())) {
      findings.beyondPatch(Findings.count(inNoBranch, "commit") + " that no branch holds");
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
      findings.beyondPatch("a stash");
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
        findings.beyondPatch(
            Findings.count(Long.parseLong(own), "commit")
                + " in the submodule "
                + modules.relativize(repository));
      }
    }
  }
}
