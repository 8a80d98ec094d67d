package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileTrouble;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Set;

/** Takes away whatever there is of a worktree. The repository's lock is held. */
final class WorktreeRemoval {

  private final Git git;
  private final Worktree worktree;

  WorktreeRemoval(Git git, Worktree worktree) {
    this.git = git;
    this.worktree = worktree;
  }

  /** Directory, git's knowledge of it, branch; what is missing already is fine. */
  void removeAll() throws GitException, InterruptedException {
    removeDirectory();
    // Not `git worktree prune`: that would also forget a user's own worktree on a disk that is
    // away.
    Path gitDirectory = worktree.gitDirectory().orElse(halfMade());
    try {
      deleteTree(gitDirectory);
    } catch (IOException e) {
      throw new GitException("cannot remove " + gitDirectory + ": " + FileTrouble.reason(e), e);
    }
    removeBranch();
  }

  /** A making that was killed has a directory of git's that does not yet say whose it is. */
  private Path halfMade() {
    return worktree.commonDirectory().resolve("worktrees").resolve(worktree.callId());
  }

  void removeDirectory() throws GitException {
    try {
      deleteTree(worktree.path());
    } catch (IOException e) {
      throw new GitException("cannot remove " + worktree.path() + ": " + FileTrouble.reason(e), e);
    }
  }

  private void removeBranch() throws GitException, InterruptedException {
    if (worktree
        .repository(git)
        .with("show-ref", "--verify", "--quiet", worktree.ref())
        .run()
        .fine()) {
      worktree.repository(git).with("branch", "-D", "--", worktree.branch()).orFail();
    }
  }

  /** Follows no link. */
  private static void deleteTree(Path top) throws IOException {
    if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(top, new Deletion());
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      makeUsable(directory);
      return FileVisitResult.CONTINUE;
    }

    /** A directory that can't be opened comes here instead of to its own method. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) || !makeUsable(file)) {
        throw failure;
      }
      deleteTree(file);
      return FileVisitResult.CONTINUE;
    }

    /** Agents leave directories behind that even their owner may not empty. */
    private static boolean makeUsable(Path directory) throws IOException {
      PosixFileAttributeView view =
          Files.getFileAttributeView(directory, PosixFileAttributeView.class);
      if (view != null) {
        Set<PosixFilePermission> permissions = new HashSet<>(view.readAttributes().permissions());
        if (permissions.addAll(
            Set.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.OWNER_EXECUTE))) {
          view.setPermissions(permissions);
          return true;
        }
      }
      return false;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(
        Path directory, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
