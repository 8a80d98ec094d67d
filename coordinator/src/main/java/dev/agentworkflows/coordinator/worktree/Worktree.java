package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.store.WorktreeRecord;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
   * The tops of all worktrees that the repository knows, but for its own checkout. Others may come
   * and go meanwhile.
   */
  List<Path> registered() throws GitException {
    List<Path> tops = new ArrayList<>();
    Path all = commonDirectory.resolve("worktrees");
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(all)) {
      for (Path directory : directories) {
        pointer(directory).ifPresent(link -> tops.add(link.resolveSibling("")));
      }
      return tops;
    } catch (NoSuchFileException e) {
      // git removes it with the last of them.
      return tops;
    } catch (IOException | InvalidPathException e) {
      throw new GitException("the worktrees of " + commonDirectory + " cannot be listed", e);
    }
  }

  /** Where the worktree of a git directory says that it is; empty for one that is being removed. */
  private static Optional<Path> pointer(Path gitDirectory) throws IOException {
    Path file = gitDirectory.resolve("gitdir");
    try {
      return Files.isRegularFile(file)
          ? Optional.of(gitDirectory.resolve(Files.readString(file).strip()).normalize())
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private boolean isOf(Path gitDirectory) {
    try {
      String pointer = Files.readString(gitDirectory.resolve("gitdir")).strip();
      // Newer versions of git may write it relative to its own directory.
      return gitDirectory.resolve(pointer).normalize().equals(path.resolve(".git"));
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
    // Where the worktree's directory is gone, its commits can still be looked at.
    Path directory = Files.isDirectory(path) ? path : commonDirectory;
    return git.in(directory).with("--git-dir=" + gitDirectory, "--work-tree=" + path);
  }

  /** A command in the repository itself. */
  Git.Command repository(Git git) {
    return git.in(commonDirectory).with("--git-dir=" + commonDirectory);
  }
}
