package dev.agentworkflows.coordinator.worktree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether a call may work in a worktree that another agent had before. That agent may have written
 * anything there: the next one's git must not end up in the user's checkout, nor its files.
 */
final class WorktreeReentry {

  private final Git git;
  private final Worktrees.Plan plan;
  private final Worktree worktree;

  WorktreeReentry(Git git, Worktrees.Plan plan) {
    this.git = git;
    this.plan = plan;
    this.worktree = plan.worktree();
  }

  void check() throws GitException, InterruptedException {
    worktree.requireDirectory();
    Path gitDirectory =
        worktree
            .gitDirectory()
            .orElseThrow(() ->
                new GitException(
                    "the repository "
                        + worktree.commonDirectory()
                        + " does not know the worktree "
                        + worktree.path()
                        + " any more"));
    requireGitFile(gitDirectory);
    requireBranchOfItsOwn(gitDirectory, requireTop());
    new WorkingDirectory(plan).make();
  }

  private void requireGitFile(Path gitDirectory) throws GitException {
    if (!Files.exists(worktree.path().resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
      throw new GitException(
          "the .git file of " + worktree.path() + " is gone, so that git does not work there");
    }
    Optional<String> other =
        new GitDirectoryInspection(worktree, gitDirectory, new Findings()).ownGitFile();
    if (other.isPresent()) {
      throw new GitException("in " + worktree.path() + " there is " + other.get());
    }
    Path common = gitDirectory.resolve("commondir");
    try {
      boolean leadsHome =
          SmallFile.line(common)
              .map(line -> gitDirectory.resolve(line).normalize())
              .filter(worktree.commonDirectory()::equals)
              .isPresent();
      if (!leadsHome) {
        throw new GitException(common + " does not lead to " + worktree.commonDirectory());
      }
    } catch (IOException | InvalidPathException e) {
      throw new GitException(common + " cannot be read", e);
    }
  }

  /**
   * What the next agent commits must not move a branch that is checked out elsewhere. Git is asked,
   * because one name of a branch may lead to another.
   */
  private void requireBranchOfItsOwn(Path gitDirectory, String top)
      throws GitException, InterruptedException {
    Path head = gitDirectory.resolve("HEAD");
    if (!Files.isRegularFile(head, LinkOption.NOFOLLOW_LINKS)) {
      throw new GitException(head + " is no regular file");
    }
    String listed =
        git.in(worktree.commonDirectory()).with("worktree", "list", "--porcelain").orFail().line();
    List<ListedWorktree> worktrees =
        Arrays.stream(listed.split("\n\n")).map(ListedWorktree::of).toList();
    List<ListedWorktree> own =
        worktrees.stream().filter(one -> one.line().equals("worktree " + top)).toList();
    // Two entries of one directory have a HEAD each: which of them git works with is not said.
    if (own.size() != 1) {
      throw new GitException(
          own.isEmpty()
              ? "git does not list the worktree " + worktree.path()
              : "git lists the worktree %s %d times".formatted(worktree.path(), own.size()));
    }
    String branch = own.get(0).branch();
    for (ListedWorktree other : worktrees) {
      if (other != own.get(0) && !branch.isEmpty() && branch.equals(other.branch())) {
        throw new GitException(
            "in %s %s is checked out, which %s has checked out as well"
                .formatted(worktree.path(), branch, other.line()));
      }
    }
  }

  /**
   * A block of git's list of worktrees.
   *
   * @param line its first: {@code worktree} and the path
   * @param branch the line of its branch; empty when it has none
   */
  private record ListedWorktree(String line, String branch) {
    static ListedWorktree of(String block) {
      List<String> lines = block.lines().toList();
      return new ListedWorktree(
          lines.get(0),
          lines.stream().filter(line -> line.startsWith("branch ")).findFirst().orElse(""));
    }
  }

  /**
   * A setting may name another directory for git to work in.
   *
   * @return the worktree as git names it
   */
  private String requireTop() throws GitException, InterruptedException {
    GitFilesCheck.directory(git, worktree.commonDirectory());
    String top =
        git.in(worktree.path())
            .variable("GIT_CEILING_DIRECTORIES", String.valueOf(worktree.path().getParent()))
            .with("rev-parse", "--show-toplevel")
            .orFail()
            .line();
    try {
      if (!top.equals(worktree.path().toRealPath().toString())) {
        throw new GitException("git in " + worktree.path() + " works in " + top);
      }
      return top;
    } catch (IOException e) {
      throw new GitException("the worktree " + worktree.path() + " vanished", e);
    }
  }
}
