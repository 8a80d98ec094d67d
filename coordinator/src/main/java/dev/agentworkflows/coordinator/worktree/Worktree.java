package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.store.WorktreeRecord;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A call's worktree, whether it stands or not.
 *
 * @param commonDirectory the repository's git directory, which all its worktrees share
 * @param path the worktree's top
 * @param branch without {@code refs/heads/}
 * @param base the commit that it is made from
 */
public record Worktree(String callId, Path commonDirectory, Path path, String branch, String base) {

  /** The worktree of a record. */
  public static Worktree of(WorktreeRecord record) {
    return new Worktree(
        record.callId(),
        Path.of(record.repository()),
        Path.of(record.path()),
        record.branch(),
        record.baseCommit());
  }

  /** What is written down of one that is to be made. */
  public WorktreeRecord planned() {
    return WorktreeRecord.planned(
        callId, commonDirectory.toString(), path.toString(), branch, base);
  }

  /** Where the directory is while it is deleted. */
  Path leaving() {
    return path.resolveSibling(callId + ".leaving");
  }

  /** Where it is written down how the worktree was when its agent got it. */
  Path baseline() {
    return path.resolveSibling("").resolveSibling("baselines").resolve(callId);
  }

  /** Whether the branch is one that is made for calls, and not one of the user's. */
  boolean hasBranchOfItsOwn() {
    return branch.startsWith("owf/") && branch.endsWith("/" + callId);
  }

  /**
   * Makes sure that the directory is where it was made, and no link, file or pipe in its place.
   *
   * @throws GitException when it is not; nothing of what is there instead is read
   */
  void requireDirectory() throws GitException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new GitException("the worktree " + path + " is not there");
    }
    try {
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && path.toRealPath().equals(path)) {
        return;
      }
    } catch (IOException e) {
      throw new GitException("the worktree " + path + " cannot be looked up", e);
    }
    throw new GitException(
        path
            + " is not the directory that was made there: a link or a file is in its way,"
            + " and nothing beyond it is read");
  }

  /** Whether its repository is there, and is one: a record may name any directory. */
  boolean hasRepository() {
    return Files.exists(commonDirectory.resolve("HEAD"), LinkOption.NOFOLLOW_LINKS)
        && Files.isDirectory(commonDirectory.resolve("objects"))
        && Files.isDirectory(commonDirectory.resolve("refs"));
  }

  /** Git's directory of a making that was killed before it said whose it is. */
  Path halfMade() {
    return commonDirectory.resolve("worktrees").resolve(callId);
  }

  /** Where git was told that the directory went; empty when git knows of no other place. */
  Optional<Path> movedTo() {
    try {
      return pointer(commonDirectory.resolve("worktrees").resolve(callId))
          .filter(link -> !link.equals(path.resolve(".git")))
          .map(link -> link.resolveSibling(""));
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  String ref() {
    return "refs/heads/" + branch;
  }

  /**
   * Git's own directory for this worktree, by what the repository says, and not the worktree: an
   * agent may have written anything there.
   */
  Optional<Path> gitDirectory() {
    Path all = commonDirectory.resolve("worktrees");
    Path usual = all.resolve(String.valueOf(path.getFileName()));
    if (isOf(usual)) {
      return Optional.of(usual);
    }
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(all)) {
      for (Path directory : directories) {
        if (isOf(directory)) {
          return Optional.of(directory);
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  /**
   * A worktree that the repository knows.
   *
   * @param name of git's directory for it, from the time when it was made
   * @param top where it is now
   */
  record Registered(String name, Path top) {}

  /** All worktrees that the repository knows, but for its own checkout. Others come and go. */
  List<Registered> registered() throws GitException {
    List<Registered> found = new ArrayList<>();
    Path all = commonDirectory.resolve("worktrees");
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(all)) {
      for (Path directory : directories) {
        pointer(directory)
            .ifPresent(link ->
                found.add(new Registered(FileNames.of(directory), link.resolveSibling(""))));
      }
      return found;
    } catch (NoSuchFileException e) {
      // git removes it with the last of them.
      return found;
    } catch (IOException | InvalidPathException e) {
      throw new GitException("the worktrees of " + commonDirectory + " cannot be listed", e);
    }
  }

  /** Where the worktree of a git directory says that it is; empty for one that is being removed. */
  private static Optional<Path> pointer(Path gitDirectory) throws IOException {
    try {
      // Newer versions of git may write it relative to its own directory.
      return SmallFile.line(gitDirectory.resolve("gitdir"))
          .map(pointer -> gitDirectory.resolve(pointer).normalize());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private boolean isOf(Path gitDirectory) {
    try {
      return Files.isDirectory(gitDirectory, LinkOption.NOFOLLOW_LINKS)
          && pointer(gitDirectory).filter(path.resolve(".git")::equals).isPresent();
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }

  /** A command in the worktree that can't end up in another repository. */
  Git.Command git(Git git) throws GitException {
    Path gitDirectory =
        gitDirectory()
            .orElseThrow(() ->
                new GitException(
                    "the repository " + commonDirectory + " does not know the worktree " + path));
    return command(git, commonDirectory, gitDirectory);
  }

  /** The same, for a command that takes names from where it is started. */
  Git.Command gitInside(Git git) throws GitException {
    requireDirectory();
    Path gitDirectory =
        gitDirectory().orElseThrow(() -> new GitException("git does not know " + path));
    return command(git, path, gitDirectory);
  }

  private Git.Command command(Git git, Path from, Path gitDirectory) throws GitException {
    GitFilesCheck.directory(git, commonDirectory);
    GitFilesCheck.directory(git, gitDirectory);
    return git.in(from)
        .with("--git-dir=" + gitDirectory, "--work-tree=" + path)
        // Not what a file in git's directory says: the agent can write to it.
        .variable("GIT_COMMON_DIR", commonDirectory.toString());
  }

  /** A command in the repository itself. */
  Git.Command repository(Git git) throws GitException {
    GitFilesCheck.directory(git, commonDirectory);
    return git.in(commonDirectory).with("--git-dir=" + commonDirectory);
  }
}
