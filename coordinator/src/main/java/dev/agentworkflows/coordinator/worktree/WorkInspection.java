package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.RegularFiles;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks through one worktree for work. What it can't read fails; what it can't tell counts as work.
 */
final class WorkInspection {

  private static final int MAX_NAMED = 20;

  private final Git git;
  private final Worktree worktree;
  private final Findings findings = new Findings();
  private Set<String> changedFiles = new TreeSet<>();
  private FileInspection.@Nullable Result files;
  private @Nullable Baseline baseline;
  private @Nullable String head;

  WorkInspection(Git git, Worktree worktree) {
    this.git = git;
    this.worktree = worktree;
  }

  Work inspect() throws GitException, InterruptedException {
    Path gitDirectory = gitDirectory();
    String head = head();
    Baseline baseline = baseline();
    GitDirectoryInspection inGit = new GitDirectoryInspection(worktree, gitDirectory, findings);
    if (Files.exists(worktree.path(), LinkOption.NOFOLLOW_LINKS)) {
      worktree.requireDirectory();
      compareFiles(gitDirectory, head, baseline);
      inGit
          .ownGitFile()
          .ifPresent(finding -> {
            changedFiles.add(".git");
            findings.beyondPatch(finding);
          });
    } else {
      findings.beyondPatch("the directory " + worktree.path() + " is not there");
    }
    CommitInspection commits = new CommitInspection(git, worktree, findings, baseline.refs());
    String branch = branch(commits, head);
    // Files are told by now: none of what follows may hide them by its own failure.
    inspectPart("which commits were made", () -> commits.inspect(head, changedFiles));
    inspectPart("whether something was stashed", commits::stash);
    inspectPart(
        "what is in submodules", new SubmoduleInspection(git, gitDirectory, findings)::commits);
    inspectPart("what is in git's own directory", () -> inGit.inspect(git));
    inspectPart("whether HEAD is on a branch", this::headState);
    inspectPart("which worktrees were made in this one", this::worktreesOfItsOwn);
    return findings.work(List.copyOf(changedFiles), branch);
  }

  /** One part of the inspection. */
  private interface Part {
    void inspect() throws GitException, InterruptedException;
  }

  /** What can't be told counts as work, by itself: the other parts are looked at all the same. */
  private void inspectPart(String question, Part part) throws InterruptedException {
    try {
      part.inspect();
    } catch (GitException e) {
      findings.beyondPatch("it can't be told " + question + ": " + e.getMessage());
    }
  }

  /** That it can't be told is said with the commits. */
  private String branch(CommitInspection commits, String head) throws InterruptedException {
    try {
      return commits.branch(head);
    } catch (GitException e) {
      return worktree.branch();
    }
  }

  /** What can be brought elsewhere. */
  Patch patch() throws GitException, InterruptedException {
    Path gitDirectory = gitDirectory();
    worktree.requireDirectory();
    Baseline baseline = baseline();
    FileInspection.Result found = files(gitDirectory, head(), baseline);
    SubmoduleInspection inside = new SubmoduleInspection(git, gitDirectory, new Findings());
    inspectSubmodules(inside, found, baseline);
    Set<String> submodules = new TreeSet<>(inside.changed());
    found
        .others()
        .keySet()
        .forEach(name -> {
          String root = GitNames.rootOf(name, submodulesOf(baseline));
          if (!root.isEmpty()) {
            submodules.add(root);
          }
        });
    return new Patch(git, worktree, baseline, found.changes(), List.copyOf(submodules));
  }

  /** All of it at once, of one look at the files. */
  TreeState state() throws GitException, InterruptedException {
    Work work = inspect();
    FileInspection.Result found = files;
    if (found == null) {
      // The directory is gone, which is named as work.
      return TreeState.of(worktree.base(), List.of(), false, head(), work);
    }
    boolean whole = found.others().isEmpty() && patch().submodules().isEmpty();
    return TreeState.of(worktree.base(), found.changes(), whole, head(), work);
  }

  private Path gitDirectory() throws GitException {
    return worktree
        .gitDirectory()
        .orElseThrow(() ->
            new GitException(
                "the repository "
                    + worktree.commonDirectory()
                    + " does not know the worktree "
                    + worktree.path()));
  }

  private Baseline baseline() throws GitException, InterruptedException {
    Baseline known = baseline;
    if (known == null) {
      known = readBaseline();
      baseline = known;
    }
    return known;
  }

  private Baseline readBaseline() throws GitException, InterruptedException {
    var written = Baseline.read(worktree);
    if (written.isPresent()) {
      return written.get();
    }
    try (PrivateRepository objects =
        PrivateRepository.over(
            git, worktree.commonDirectory().resolve("objects"), worktree.base(), List.of())) {
      return Baseline.ofTree(objects.tree(worktree.base()));
    }
  }

  private static Set<String> submodulesOf(Baseline baseline) {
    Set<String> names = new TreeSet<>();
    baseline
        .tree()
        .forEach((name, entry) -> {
          if (entry.kind() == Entry.Kind.SUBMODULE) {
            names.add(name);
          }
        });
    return names;
  }

  private Git.Command git() throws GitException {
    return worktree.git(git);
  }

  private String head() throws GitException, InterruptedException {
    String known = head;
    if (known == null) {
      known = readHead();
      head = known;
    }
    return known;
  }

  private String readHead() throws GitException, InterruptedException {
    Git.Result head = git().with("rev-parse", "--verify", "--quiet", "HEAD^{commit}").run();
    // An orphan branch has no commit: everything differs from the base then.
    return head.fine() ? head.line() : "";
  }

  /** Compared once: that reads each new file. */
  private FileInspection.Result files(Path gitDirectory, String head, Baseline baseline)
      throws GitException, InterruptedException {
    FileInspection.Result found = files;
    if (found == null) {
      found = compared(gitDirectory, head, baseline);
      files = found;
    }
    return found;
  }

  private FileInspection.Result compared(Path gitDirectory, String head, Baseline baseline)
      throws GitException, InterruptedException {
    try (PrivateRepository objects = FileInspection.objects(git, worktree, baseline)) {
      PrivateRepository.Index index =
          objects
              .index(gitDirectory)
              .orElseGet(() -> PrivateRepository.Index.ofTree(baseline.tree()));
      @Nullable Map<String, Entry> committed =
          head.isEmpty() || head.equals(worktree.base()) ? null : objects.tree(head);
      Path rules = Baseline.rules(worktree);
      return new FileInspection(
              objects,
              worktree.path(),
              Files.isDirectory(rules, LinkOption.NOFOLLOW_LINKS) ? rules : objects.directory(),
              baseline,
              BlobId.like(worktree.base(), git.deadline()),
              git.deadline())
          .inspect(index, committed);
    }
  }

  private void inspectSubmodules(
      SubmoduleInspection submodules, FileInspection.Result found, Baseline baseline)
      throws GitException, InterruptedException {
    for (String name : found.submodules()) {
      submodules.inspect(worktree.path(), name, Objects.requireNonNull(baseline.tree().get(name)));
    }
  }

  private void compareFiles(Path gitDirectory, String head, Baseline baseline)
      throws GitException, InterruptedException {
    FileInspection.Result found = files(gitDirectory, head, baseline);
    SubmoduleInspection submodules = new SubmoduleInspection(git, gitDirectory, findings);
    inspectSubmodules(submodules, found, baseline);
    Set<String> files = new TreeSet<>(found.names());
    files.addAll(submodules.changed());
    Set<String> undone = new TreeSet<>(found.undone());
    undone.removeAll(files);
    changedFiles = new TreeSet<>(files);
    changedFiles.addAll(undone);
    if (!files.isEmpty()) {
      findings.inPatch(Findings.count(files.size(), "changed file"));
    }
    others(found);
    if (RegularFiles.isOther(gitDirectory.resolve("index"), LinkOption.NOFOLLOW_LINKS)) {
      findings.beyondPatch("git's index is no regular file: what is staged can't be told");
    }
    for (String name : found.onlyInIndex()) {
      findings.beyondPatch("the mode of " + name + ", which git has in its index alone");
    }
    if (!undone.isEmpty()) {
      findings.beyondPatch(
          Findings.count(undone.size(), "file") + " staged or committed, and changed back");
    }
  }

  private void others(FileInspection.Result found) {
    List<String> named = new ArrayList<>();
    found
        .others()
        .forEach((name, reason) ->
            named.add(
                reason.equals("a repository")
                    ? "a repository in " + name
                    : name + " (" + reason + ")"));
    named.stream().limit(MAX_NAMED).forEach(findings::beyondPatch);
    if (named.size() > MAX_NAMED) {
      findings.beyondPatch((named.size() - MAX_NAMED) + " more of these");
    }
  }

  private void headState() throws GitException, InterruptedException {
    if (!git().with("symbolic-ref", "--quiet", "HEAD").run().fine()) {
      findings.state("a detached HEAD");
    }
  }

  /** An agent may have made worktrees, in its own or beside it: they would go with the run. */
  private void worktreesOfItsOwn() throws GitException {
    for (Worktree.Registered one : worktree.registered()) {
      Path other = one.top();
      boolean inside = other.startsWith(worktree.path()) && !other.equals(worktree.path());
      boolean beside =
          other.startsWith(worktree.path().resolveSibling(""))
              && !other.startsWith(worktree.path())
              && !other.getName(worktree.path().getNameCount() - 1).toString().contains("_call_")
              // Another call's own, which was moved, keeps that call's alone.
              && !one.name().contains("_call_");
      if (inside || beside) {
        findings.beyondPatch("a worktree of its own at " + other);
      }
    }
  }
}
