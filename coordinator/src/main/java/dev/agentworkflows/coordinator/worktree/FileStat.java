package dev.agentworkflows.coordinator.worktree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the file system tells of a file without opening it.
 *
 * @param mode as {@code lstat} gives it, with the kind
 * @param modified nanoseconds
 * @param changed nanoseconds; an agent can't set it
 */
record FileStat(int mode, long size, long modified, long changed, long inode) {

  private static final int KIND = 0170000;
  private static final int FILE = 0100000;
  private static final int LINK = 0120000;
  private static final int DIRECTORY = 0040000;
  private static final int OWNER_EXECUTE = 0100;

  static FileStat of(Path path) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(
            path, "unix:mode,size,lastModifiedTime,ctime,ino", LinkOption.NOFOLLOW_LINKS);
    return new FileStat(
        ((Number) value(found, "mode")).intValue(),
        ((Number) value(found, "size")).longValue(),
        nanos((FileTime) value(found, "lastModifiedTime")),
        nanos((FileTime) value(found, "ctime")),
        ((Number) value(found, "ino")).longValue());
  }

  private static Object value(Map<String, Object> found, String name) throws IOException {
    Object value = found.get(name);
    if (value == null) {
      throw new IOException("the file system does not tell " + name);
    }
    return value;
  }

  private static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  boolean isFile() {
    return (mode & KIND) == FILE;
  }

  boolean isLink() {
    return (mode & KIND) == LINK;
  }

  boolean isDirectory() {
    return (mode & KIND) == DIRECTORY;
  }

  boolean isExecutable() {
    return (mode & OWNER_EXECUTE) != 0;
  }

  /** What lies there, with its content's id. */
  Entry entry(Path path, BlobId ids) throws IOException {
    if (isFile()) {
      return Entry.file(isExecutable(), ids.ofFile(path));
    }
    return isLink() ? new Entry(Entry.Kind.LINK, false, ids.ofLink(path)) : Entry.other();
  }
}
