package dev.agentworkflows.coordinator.home;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A directory with all that is below it. */
public final class FileTree {

  /** Together with the pause, how long others may still be at work in it. */
  private static final int MAX_ATTEMPTS = 50;

  private static final Duration PAUSE = Duration.ofMillis(20);

  private FileTree() {}

  /**
   * Deletes a file, or a directory with all that is in it. Follows no link; what is not there is
   * fine.
   */
  public static void delete(Path top) throws IOException {
    for (int attempt = 1; Files.exists(top, LinkOption.NOFOLLOW_LINKS); attempt++) {
      try {
        Files.walkFileTree(top, new Deletion());
        return;
      } catch (NoSuchFileException | DirectoryNotEmptyException e) {
        // A program that is being ended removes its own files, or has just written one.
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
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
      delete(file);
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
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
