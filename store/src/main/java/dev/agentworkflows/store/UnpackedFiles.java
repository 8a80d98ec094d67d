package dev.agentworkflows.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Code that this program has unpacked into a directory of the user's, and that is run from there:
 * it must be what was unpacked. To read all of it at each start would cost more than the start, so
 * what is compared is what the file system notes of each file: a change of its content changes its
 * inode or the time of its last change, which nobody but the system can set.
 */
public final class UnpackedFiles {

  private static final String SEAL = ".unpacked";
  private static final int WRITABLE_BY_OTHERS = 0022;
  private static final int TYPE = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;

  private UnpackedFiles() {}

  /** Refuses a directory that is not this user's, or that others may write to. */
  public static void requireOurs(Path directory) throws IOException {
    Map<String, Object> facts = facts(directory);
    if ((mode(facts) & TYPE) != DIRECTORY) {
      throw refused(directory, "is no directory");
    }
    if (!fact(facts, "uid").equals(currentUser())) {
      throw refused(directory, "belongs to another user");
    }
    if ((mode(facts) & WRITABLE_BY_OTHERS) != 0) {
      throw refused(directory, "can be written to by others");
    }
  }

  private static FileSystemException refused(Path directory, String why) {
    return new FileSystemException(directory.toString(), null, "it " + why);
  }

  /** Whether these files are as they were when they were sealed. */
  public static boolean areUntouched(Path directory, List<String> names) {
    try {
      Path seal = directory.resolve(SEAL);
      return Files.isRegularFile(seal, LinkOption.NOFOLLOW_LINKS)
          && Files.readString(seal).equals(text(directory, names));
    } catch (IOException e) {
      return false;
    }
  }

  /** Notes these files as they are, once they are on the disk. */
  public static void seal(Path directory, List<String> names) throws IOException {
    for (String name : names) {
      try (FileChannel channel =
          FileChannel.open(directory.resolve(name), StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
    Path unfinished = Files.createTempFile(directory, SEAL, ".tmp");
    try {
      Files.write(unfinished, text(directory, names).getBytes(UTF_8));
      Files.move(
          unfinished,
          directory.resolve(SEAL),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static String text(Path directory, List<String> names) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      Map<String, Object> facts = facts(directory.resolve(name));
      if ((mode(facts) & TYPE) != REGULAR) {
        throw new IOException(name + " is no regular file");
      }
      text.append(facts.get("ino")).append(' ').append(facts.get("uid")).append(' ');
      text.append(facts.get("size")).append(' ');
      text.append(nanos(fact(facts, "lastModifiedTime"))).append(' ');
      text.append(nanos(fact(facts, "ctime"))).append(' ').append(name).append('\n');
    }
    return text.toString();
  }

  private static Map<String, Object> facts(Path file) throws IOException {
    return Files.readAttributes(
        file, "unix:ino,uid,mode,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
  }

  private static Object fact(Map<String, Object> facts, String name) {
    return Objects.requireNonNull(facts.get(name), name);
  }

  private static int mode(Map<String, Object> facts) {
    return (Integer) fact(facts, "mode");
  }

  private static long nanos(Object time) {
    return ((FileTime) time).to(TimeUnit.NANOSECONDS);
  }

  /** The user that this process acts as. */
  private static Object currentUser() throws IOException {
    Path self = Path.of("/proc/self");
    if (Files.exists(self)) {
      return Files.getAttribute(self, "unix:uid");
    }
    // Where there is no /proc, a new file tells.
    Path file = Files.createTempFile("owf", ".owner");
    try {
      return Files.getAttribute(file, "unix:uid");
    } finally {
      Files.delete(file);
    }
  }
}
