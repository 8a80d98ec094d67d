package dev.agentworkflows.coordinator.home;

import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.UpRefusal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Where this user's commands find their coordinator in the background: {@code
 * $XDG_RUNTIME_DIR/owf/up}, else {@code owf/up} among the user's state files. Nobody else may enter
 * it; one where anybody could is not used. {@code _up.py} looks for the same socket.
 */
public final class RuntimeDirectory {

  /** Systems take 104 or 108 bytes for the path of a socket. */
  private static final int MAX_SOCKET_PATH = 103;

  private final Path directory;
  private final Path jar;
  private final String build;

  private RuntimeDirectory(Path directory, Path jar, String build) {
    this.directory = directory;
    this.jar = jar;
    this.build = build;
  }

  /**
   * The one of the user with this environment.
   *
   * @param jar whose coordinator it is about: one that was built since is another one
   */
  public static RuntimeDirectory of(Map<String, String> environment, Path jar) {
    String configured = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    Path directory =
        configured.startsWith("/")
            ? Path.of(configured, "owf", "up")
            : StateFiles.of(environment, "up").directory();
    try {
      return new RuntimeDirectory(directory, jar, build(jar));
    } catch (IOException e) {
      throw new RefusedException(new FileRefusal.Unreadable(jar, FileErrors.reason(e)), e);
    }
  }

  /** A file's identity: the same for all who look at it, another one when it was replaced. */
  private static String build(Path jar) throws IOException {
    Map<String, Object> facts = Files.readAttributes(jar, "unix:dev,ino,size,lastModifiedTime");
    long modified = ((FileTime) fact(facts, "lastModifiedTime")).to(TimeUnit.NANOSECONDS);
    return "%x-%x-%x-%x"
        .formatted(
            ((Number) fact(facts, "dev")).longValue(),
            ((Number) fact(facts, "ino")).longValue(),
            ((Number) fact(facts, "size")).longValue(),
            modified);
  }

  private static Object fact(Map<String, Object> facts, String name) {
    return Optional.ofNullable(facts.get(name)).orElseThrow();
  }

  /** Whether the jar is still the one that this is about. */
  public boolean isCurrent() {
    try {
      return build(jar).equals(build);
    } catch (IOException e) {
      return false;
    }
  }

  /** The socket of the coordinator; whether there is one is another matter. */
  public Path socket() {
    Path socket = directory.resolve(build);
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH) {
      throw new RefusedException(new UpRefusal.PathTooLong(socket));
    }
    return socket;
  }

  /** Makes the directory when it is missing. Refuses one that others can enter. */
  public void make() {
    try {
      PrivateFiles.createDirectories(directory);
    } catch (IOException e) {
      throw new RefusedException(new UpRefusal.CannotMake(directory, FileErrors.reason(e)), e);
    }
    if (!isThere()) {
      throw new RefusedException(new UpRefusal.CannotMake(directory, null));
    }
  }

  /** Whether the directory is there. Refuses one that others can enter. */
  public boolean isThere() {
    try {
      Optional<FileFacts> found = FileFacts.of(directory);
      if (found.isEmpty()) {
        return false;
      }
      FileFacts facts = found.get();
      if (!facts.isDirectory() || facts.owner() != FileFacts.currentUser()) {
        throw new RefusedException(new UpRefusal.NotYours(directory));
      }
      if (facts.isOpenToOthers()) {
        throw new RefusedException(new UpRefusal.OpenToOthers(directory));
      }
      return true;
    } catch (IOException e) {
      throw new RefusedException(new FileRefusal.Unreadable(directory, FileErrors.reason(e)), e);
    }
  }

  /** A file for whoever is to be the only coordinator of this build. */
  public FileChannel openLock() throws IOException {
    return PrivateFiles.openLock(directory.resolve(build + ".lock"));
  }
}
