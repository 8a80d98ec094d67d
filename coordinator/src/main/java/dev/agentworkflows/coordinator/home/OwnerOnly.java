package dev.agentworkflows.coordinator.home;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files and directories that only their owner may read: prompts and answers are nobody else's. */
public final class OwnerOnly {

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private OwnerOnly() {}

  /** Creates a directory and its parents; those that exist keep their rights. */
  public static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, mode("rwx------"));
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

  /** Opens a file for writing at its end; makes it when it is missing. */
  public static OutputStream append(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file, mode("rw-------"));
    }
    return Files.newOutputStream(file, StandardOpenOption.APPEND);
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
    write(file, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static FileAttribute<?>[] mode(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
