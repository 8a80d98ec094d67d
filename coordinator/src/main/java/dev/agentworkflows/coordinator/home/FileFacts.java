package dev.agentworkflows.coordinator.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the file system itself says of an entry; a link is an entry of its own.
 *
 * @param inode within its file system. The device is not part of it: many file systems get another
 *     number at each mount.
 * @param mode type and permissions, as {@code st_mode}
 */
record FileFacts(long inode, int owner, int mode) {

  private static final int TYPE = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int OF_OTHERS = 0077;
  private static final int WRITABLE_BY_OTHERS = 0022;
  private static final int WRITABLE_BY_ALL = 0002;

  /** Empty when nothing is there. */
  static Optional<FileFacts> of(Path file) throws IOException {
    try {
      return Optional.of(
          of(Files.readAttributes(file, "unix:ino,uid,mode", LinkOption.NOFOLLOW_LINKS)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static FileFacts of(Map<String, Object> attributes) {
    return new FileFacts(
        number(attributes, "ino").longValue(),
        number(attributes, "uid").intValue(),
        number(attributes, "mode").intValue());
  }

  private static Number number(Map<String, Object> attributes, String name) {
    return (Number) Objects.requireNonNull(attributes.get(name), name);
  }

  boolean isDirectory() {
    return (mode & TYPE) == DIRECTORY;
  }

  boolean isRegularFile() {
    return (mode & TYPE) == REGULAR;
  }

  /** Whether anybody but the owner may do anything with it. */
  boolean isOpenToOthers() {
    return (mode & OF_OTHERS) != 0;
  }

  boolean isWritableByOthers() {
    return (mode & WRITABLE_BY_OTHERS) != 0;
  }

  boolean isWritableByAll() {
    return (mode & WRITABLE_BY_ALL) != 0;
  }

  /** The user that this process acts as. */
  static int currentUser() throws IOException {
    Path self = Path.of("/proc/self");
    if (Files.exists(self)) {
      return ((Number) Files.getAttribute(self, "unix:uid")).intValue();
    }
    // Where there is no /proc, a new file tells.
    Path file = Files.createTempFile("owf", ".owner");
    try {
      return ((Number) Files.getAttribute(file, "unix:uid")).intValue();
    } finally {
      Files.delete(file);
    }
  }
}
