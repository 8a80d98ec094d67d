package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what an agent committed or stashed, wherever it did. What git's logs say in words is
 * text that anybody can write: commits count, and where refs led before the agent started.
 */
final class CommitInspection {

  static final String STASH = "a stash";

  private static final String HEADS = "refs/heads/";
  private static final String SYMBOLIC = "ref: ";
  private static final int MAX_NAMED = 5;
  private static final int MAX_LOG_BYTES = 64 << 20;

  /** Where a line of a ref's log leads to. */
  private static final Pattern LOGGED = Pattern.compile("(?m)^[0-9a-f]{40,64} ([0-9a-f]{40,64}) ");

  private static final Pattern NO_COMMIT = Pattern.compile("0+");

  private final Git git;
  private final Worktree worktree;
  private final Findings findings;
  private final @Nullable Map<String, String> refsBefore;

  /**
   * @param refsBefore where refs led when the agent got the worktree; null when that is not known
   */
  CommitInspection(
      Git git, Worktree worktree, Findings findings, @Nullable Map<String, String> refsBefore) {
    this.git = git;
    this.worktree = worktree;
    this.findings = findings;
    this.refsBefore = refsBefore;
  }

  /**
   * Looks.
   *
   * @param head the commit that is checked out; empty when there is none
   * @param changedFiles what differs from the base, on the disk, staged or committed
   */
  void inspect(String head, Set<String> changedFiles) throws GitException, InterruptedException {
    String own = ownTip();
    commitsOnOtherBranches(head, own, commits(head, own), changedFiles);
    lostCommits();
  }

  /**
   * The branch that holds the work: an agent may have renamed the call's own, or made another.
   *
   * @param head the commit that is checked out; empty when there is none
   */
  String branch(String head) throws GitException, InterruptedException {
    String branch = ownTip();
    boolean heldByOwn =
        !branch.isEmpty() && !branch.equals(worktree.base()) && wasThereBefore(head);
    String current = current();
    return !heldByOwn && current.startsWith(HEADS)
        ? current.substring(HEADS.length())
        : worktree.branch();
  }

  /** The commit that the call's own branch leads to; empty when it is gone. */
  private String ownTip() throws GitException, InterruptedException {
    Git.Result tip = git().with("rev-parse", "--verify", "--quiet", worktree.ref()).run();
    return tip.fine() ? tip.line() : "";
  }

  /** Whether a checked out commit, if there is one, is none that the agent made. */
  private boolean wasThereBefore(String head) {
    return head.isEmpty()
        || head.equals(worktree.base())
        || (refsBefore != null && refsBefore.containsValue(head));
  }

  /** The ref that is checked out, also where git refuses the repository; empty for none. */
  private String current() throws GitException, InterruptedException {
    Git.Result current = git().with("symbolic-ref", "--quiet", "HEAD").run();
    Optional<Path> gitDirectory = worktree.gitDirectory();
    if (current.fine() || gitDirectory.isEmpty()) {
      return current.line();
    }
    try {
      return SmallFile.line(gitDirectory.get().resolve("HEAD"))
          .filter(line -> line.startsWith(SYMBOLIC))
          .map(line -> line.substring(SYMBOLIC.length()))
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private Git.Command git() throws GitException {
    return worktree.git(git);
  }

  /** Returns how many commits HEAD leads to that its base does not. */
  private long commits(String head, String branch) throws GitException, InterruptedException {
    long ahead = 0;
    if (head.isEmpty()) {
      findings.beyondPatch("a branch without a commit");
    } else if (!head.equals(worktree.base())) {
      ahead = ahead(head);
      findings.inPatch(ahead == 0 ? "HEAD moved to " + head : Findings.count(ahead, "commit"));
    }
    long left = branch.isEmpty() || branch.equals(head) ? 0 : ahead(branch);
    if (left > 0) {
      findings.beyondPatch(Findings.count(left, "commit") + " on " + worktree.branch());
    }
    return ahead;
  }

  private long ahead(String commit) throws GitException, InterruptedException {
    return Long.parseLong(
        git().with("rev-list", "--count", commit, "--not", worktree.base()).orFail().line());
  }

  /** Commits that HEAD was at and does not lead to, and that were in no ref before. */
  private void commitsOnOtherBranches(
      String head, String branch, long ahead, Set<String> changedFiles)
      throws GitException, InterruptedException {
    if (head.isEmpty()) {
      // That alone keeps it, and git shows no log of such a HEAD.
      return;
    }
    List<String> log = log("HEAD", "%H");
    if (log.isEmpty()) {
      findings.beyondPatch("the log of HEAD is gone: which commits were made can't be told");
      return;
    }
    Set<String> made = new LinkedHashSet<>(log);
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
    if (refsBefore != null) {
      known.addAll(refsBefore.values());
    }
    long elsewhere = count(made, known, false);
    long inNoBranch = elsewhere == 0 ? 0 : count(made, known, true);
    if (elsewhere > inNoBranch) {
      findings.beyondPatch(Findings.count(elsewhere - inNoBranch, "commit") + " on other branches");
    }
    if (inNoBranch == 0) {
      return;
    }
    String held = Findings.count(inNoBranch, "commit") + " that no branch holds";
    if (ahead == 0) {
      findings.beyondPatch(held);
      return;
    }
    // Where HEAD leads to others, these are what an amend or a rebase left behind; but for files
    // that are in none of what stays.
    List<String> files =
        filesOf(made, known).stream().filter(name -> !changedFiles.contains(name)).toList();
    if (!files.isEmpty()) {
      findings.beyondPatch(
          held
              + ", with "
              + String.join(", ", files.subList(0, Math.min(MAX_NAMED, files.size())))
              + (files.size() > MAX_NAMED
                  ? " and %d more".formatted(files.size() - MAX_NAMED)
                  : ""));
    }
  }

  /** Commits that HEAD was at and that are not in the repository: git passes over them. */
  private void lostCommits() throws GitException, InterruptedException {
    Set<String> logged = logged();
    if (logged.isEmpty()) {
      return;
    }
    long lost =
        git()
            .with("cat-file", "--batch-check")
            .input(input(logged, List.of()))
            .orFail()
            .line()
            .lines()
            .filter(line -> line.endsWith(" missing"))
            .count();
    if (lost > 0) {
      findings.beyondPatch(
          Findings.count(lost, "commit") + " that the repository has not, or not any more");
    }
  }

  /** As git's own file has it; none where refs are kept in another way. */
  private Set<String> logged() throws GitException {
    Set<String> logged = new LinkedHashSet<>();
    Optional<Path> gitDirectory = worktree.gitDirectory();
    if (gitDirectory.isEmpty()) {
      return logged;
    }
    try {
      SmallFile.bytes(gitDirectory.get().resolve("logs/HEAD"), MAX_LOG_BYTES)
          .map(bytes -> LOGGED.matcher(new String(bytes, StandardCharsets.ISO_8859_1)))
          .ifPresent(found -> {
            while (found.find()) {
              logged.add(found.group(1));
            }
          });
      logged.removeIf(commit -> NO_COMMIT.matcher(commit).matches());
      return logged;
    } catch (IOException e) {
      throw new GitException("cannot read the log of HEAD: " + FileErrors.reason(e), e);
    }
  }

  /** What was written in commits that no branch holds, without what was deleted there. */
  private Set<String> filesOf(Set<String> commits, List<String> without)
      throws GitException, InterruptedException {
    byte[] left =
        git()
            .with("rev-list", "--ignore-missing", "--not", "--all", "--not", "--stdin")
            .input(input(commits, without))
            .orFail()
            .output();
    return new TreeSet<>(
        FileNames.split(
            git()
                .with("diff-tree", "--stdin", "-r", "-z", "-c", "--root", "--no-commit-id")
                .with("--name-only", "--no-renames", "--diff-filter=d")
                .input(left)
                .orFail()
                .output()));
  }

  private static byte[] input(Set<String> commits, List<String> without) {
    StringBuilder input = new StringBuilder();
    commits.forEach(commit -> input.append(commit).append('\n'));
    without.forEach(commit -> input.append('^').append(commit).append('\n'));
    return input.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** How many commits these and their ancestors are, without those that others lead to. */
  private long count(Set<String> commits, List<String> without, boolean withoutAllRefs)
      throws GitException, InterruptedException {
    Git.Command command = git().with("rev-list", "--count", "--ignore-missing");
    if (withoutAllRefs) {
      command.with("--not", "--all", "--not");
    }
    return Long.parseLong(command.with("--stdin").input(input(commits, without)).orFail().line());
  }

  /**
   * The stash is one for the whole repository, and its words may name any branch. One that was not
   * there before may be the agent's, so that it counts.
   */
  void stash() throws GitException, InterruptedException {
    Set<String> made = new LinkedHashSet<>(log("refs/stash", "%H"));
    Git.Result top = git().with("rev-parse", "--verify", "--quiet", "refs/stash").run();
    if (top.fine()) {
      made.add(top.line());
    }
    if (refsBefore != null) {
      made.removeAll(refsBefore.values());
    }
    if (!made.isEmpty()) {
      findings.beyondPatch(STASH);
    }
  }

  /** A ref's log, newest first; empty when it has none. */
  private List<String> log(String ref, String format) throws GitException, InterruptedException {
    Git.Result log = git().with("log", "--walk-reflogs", "--format=" + format, ref, "--").run();
    return log.fine() ? log.line().lines().toList() : List.of();
  }
}
