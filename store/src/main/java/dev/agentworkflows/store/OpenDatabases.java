package dev.agentworkflows.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The database files that this process has open. On POSIX systems, whoever closes a descriptor of a
 * file gives up all locks that the process has on it, SQLite's among them; another process would
 * then take itself for the last one, and remove a log that is still written to (<a
 * href="https://www.sqlite.org/howtocorrupt.html">how to corrupt</a>, 2.2). So a file that is open
 * here is not opened once more to look at its header, which was checked the first time.
 * Thread-safe.
 */
final class OpenDatabases {

  /** How often each file is open, by what the file system calls it. */
  private static final Map<Object, Integer> OPEN = new HashMap<>();

  private OpenDatabases() {}

  /** Reads a file past SQLite: opens and closes it. */
  @FunctionalInterface
  interface DirectRead {
    void run() throws IOException;
  }

  /** Reads a file past SQLite, unless it is open here. Nobody begins to open one meanwhile. */
  static synchronized void unlessOpen(Path file, DirectRead read) throws IOException {
    if (!OPEN.containsKey(key(file))) {
      read.run();
    }
  }

  /**
   * A file is about to be opened.
   *
   * @return for {@link #leave}
   */
  static synchronized Object enter(Path file) throws IOException {
    Object key = key(file);
    OPEN.merge(key, 1, Integer::sum);
    return key;
  }

  /** It is closed. */
  static synchronized void leave(@Nullable Object key) {
    if (key != null) {
      OPEN.computeIfPresent(key, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }
  }

  /** By its path where files have no number, whose systems have no such locks. */
  private static Object key(Path file) throws IOException {
    Object key =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    return key == null ? file : key;
  }
}
