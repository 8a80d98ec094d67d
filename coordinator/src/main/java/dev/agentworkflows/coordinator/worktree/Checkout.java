package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A user's own checkout, as a workspace lies in it.
 *
 * @param top of the checkout, as git sees it: absolute, without symbolic links
 * @param commonDirectory the repository's git directory, which all its worktrees share
 * @param prefix from the top to the workspace; empty when they are the same
 */
record Checkout(Path top, Path commonDirectory, Path prefix) {

  /**
   * Finds the checkout around a workspace.
   *
   * @throws GitException when there is none that worktrees can be made from: why, and the cure
   */
  static Checkout around(Git git, Path workspace) throws GitException, InterruptedException {
    if (!Files.isDirectory(workspace)) {
      throw new GitException("the workspace " + workspace + " is not there any more. Name another");
    }
    GitFilesCheck.around(git, workspace);
    Git.Result found =
        git.in(workspace)
            .with("rev-parse", "--show-toplevel", "--git-common-dir", "--show-prefix")
            .run();
    if (!found.fine()) {
      throw new GitException(refusal(workspace, found));
    }
    List<String> lines = List.of(found.line().split("\n", -1));
    if (lines.size() < 2 || lines.size() > 3) {
      throw new GitException(
          "the path of "
              + workspace
              + " has a line break in it, which git can't tell from the next line. Rename it");
    }
    try {
      Path real = workspace.toRealPath();
      Path top = Path.of(lines.get(0));
      // An agent can have written core.worktree into the repository's configuration.
      if (!real.startsWith(top.toRealPath())) {
        throw new GitException(
            "the repository around "
                + workspace
                + " says that its files are in "
                + top
                + ". Look at core.worktree in its configuration (git config --show-origin"
                + " core.worktree), and take it out if you did not set it");
      }
      return new Checkout(
          top,
          real.resolve(lines.get(1)).toRealPath(),
          Path.of(lines.size() < 3 ? "" : lines.get(2)));
    } catch (IOException e) {
      throw new GitException(workspace + " cannot be looked up: " + FileErrors.reason(e), e);
    }
  }

  private static String refusal(Path workspace, Git.Result found) {
    String reason = found.errors();
    if (reason.contains("not a git repository")) {
      return workspace
          + " is not inside a git repository. Run `git init` and commit there, or name another workspace";
    }
    if (reason.contains("dubious ownership")) {
      return "git does not trust "
          + workspace
          + ", which belongs to another user. If you do: git config --global --add safe.directory "
          + workspace;
    }
    if (reason.contains("must be run in a work tree")) {
      return workspace
          + " is inside a git directory, not in a checkout. Name a workspace in a checkout";
    }
    return "git cannot read the repository at " + workspace + ": " + found.reason();
  }

  /** The commit that is checked out, as a full object id. */
  String head(Git git) throws GitException, InterruptedException {
    Git.Result head = git.in(top).with("rev-parse", "--verify", "--quiet", "HEAD^{commit}").run();
    if (!head.fine()) {
      throw new GitException(
          head.errors().isBlank()
              ? "the repository " + top + " has no commit yet. Make a first commit"
              : "HEAD of " + top + " cannot be read: " + head.reason());
    }
    return head.line();
  }
}
