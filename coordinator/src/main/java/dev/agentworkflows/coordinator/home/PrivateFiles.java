package dev.agentworkflows.coordinator.home;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/** Files and directories that only their owner may read: prompts and answers are nobody else's. */
public final class PrivateFiles {

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private PrivateFiles() {}

  /** Whether a file that a person keeps can be read or written by others than its owner. */
  public static boolean isOpenToOthers(Path file) throws IOException {
    return Files.getFileStore(file).supportsFileAttributeView("posix")
        && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
  }

  /** Creates a directory and its parents; those that exist keep their rights. */
  public static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, mode("rwx------"));
  }

  /**
   * As {@link #createDirectories}, for directories that agents can reach: where one of them has put
   * a link below {@code top}, nothing is made or written beyond it.
   *
   * @throws FileSystemException when there is such a link, or a file
   */
  public static void createDirectoriesBelow(Path top, Path directory) throws IOException {
    createDirectories(top);
    Path place = top;
    for (Path step : top.relativize(directory)) {
      place = place.resolve(step);
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        createUnlinked(place);
      }
    }
  }

  private static void createUnlinked(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, mode("rwx------"));
    } catch (FileAlreadyExistsException e) {
      // Another thread may have been faster.
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileSystemException(
            directory.toString(),
            null,
            directory + " is no directory but a link or a file that somebody left there");
      }
    }
  }

  /** Writes a whole file or, when that fails, leaves what was there. */
  public static void write(Path file, byte[] content) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IOException(file + " is no file");
    }
    Path temporary =
        Files.createTempFile(parent, "." + file.getFileName(), ".tmp", mode("rw-------"));
    try {
      Files.write(temporary, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * As {@link #write(Path, byte[])}, and leaves a file alone that holds just that already: Linux
   * file systems write a file to the disk at once when it replaces another one.
   */
  public static void writeIfOther(Path file, byte[] content) throws IOException {
    if (!holds(file, content)) {
      write(file, content);
    }
  }

  private static boolean holds(Path file, byte[] content) {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && Files.size(file) == content.length
          && !(POSIX && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains))
          && Arrays.equals(readBytes(file, content.length), content);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads a file of ours, which may have been prepared by others: no link, no pipe, nothing larger
   * than is expected.
   */
  public static String read(Path file, int maxBytes) throws IOException {
    return new String(readBytes(file, maxBytes), StandardCharsets.UTF_8);
  }

  private static byte[] readBytes(Path file, int maxBytes) throws IOException {
    if (RegularFiles.isOther(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(file.toString(), null, "it is no regular file");
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] content = in.readNBytes(maxBytes + 1);
      if (content.length > maxBytes) {
        throw new FileSystemException(
            file.toString(), null, "it is larger than " + maxBytes + " bytes");
      }
      return content;
    }
  }

  /** Whether a file is where it seems to be: a regular file, on no way that a link is part of. */
  public static boolean isHeldIn(Path top, Path file) {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && file.toRealPath().equals(top.toRealPath().resolve(top.relativize(file)));
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** What a file is to hold. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream file) throws IOException;
  }

  /**
   * As {@link #write(Path, byte[])}, and on the disk when this returns: a power cut changes
   * nothing.
   */
  public static void writeDurably(Path file, Content content) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IOException(file + " is no file");
    }
    Path temporary =
        Files.createTempFile(parent, "." + file.getFileName(), ".tmp", mode("rw-------"));
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        OutputStream buffered =
            new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        content.writeTo(buffered);
        buffered.flush();
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncDirectory(parent);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** The new name, too, must survive. Not every system lets a directory be opened for that. */
  private static void syncDirectory(Path directory) throws IOException {
    if (POSIX) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Creates an empty file; refuses where there is one. */
  static void createFile(Path file) throws IOException {
    Files.createFile(file, mode("rw-------"));
  }

  /** Opens a file to lock it; makes it when it is missing. */
  public static FileChannel openLock(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      RegularFiles.checkUnlinked(file);
    }
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        mode("rw-------"));
  }

  /** Opens a file for writing at its end; makes it when it is missing. Follows no link. */
  public static OutputStream append(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.createFile(file, mode("rw-------"));
    }
    RegularFiles.checkUnlinked(file);
    return Files.newOutputStream(file, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
  }

  /** Copies a file to a name that is free. */
  public static void copy(Path from, Path to) throws IOException {
    Files.createFile(to, mode("rw-------"));
    try (OutputStream out = Files.newOutputStream(to, LinkOption.NOFOLLOW_LINKS)) {
      Files.copy(from, out);
    }
  }

  /** As {@link #write(Path, byte[])}, below directories that need not exist yet. */
  public static void writeWithParents(Path file, byte[] content) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    write(file, content);
  }

  /** As {@link #write(Path, byte[])}, in UTF-8. */
  public static void write(Path file, String content) throws IOException {
    write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  private static FileAttribute<?>[] mode(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
