package dev.agentworkflows.coordinator.home;

import dev.agentworkflows.coordinator.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Records of one kind that this user's commands keep about directories, apart from them: in {@code
 * $XDG_STATE_HOME/owf}, else {@code ~/.local/state/owf}. Whoever hands over a directory can't hand
 * over its record.
 */
public final class StateFiles {

  private final Path directory;

  private StateFiles(Path directory) {
    this.directory = directory;
  }

  /** The records of a kind, of the user with this environment. */
  public static StateFiles of(Map<String, String> environment, String kind) {
    String configured = environment.get("XDG_STATE_HOME");
    Path base =
        configured != null && Path.of(configured).isAbsolute()
            ? Path.of(configured)
            : UserHome.of(environment).resolve(".local").resolve("state");
    return new StateFiles(base.toAbsolutePath().resolve("owf").resolve(kind));
  }

  Path directory() {
    return directory;
  }

  Path file(Path subject) {
    byte[] digest = Sha256.of(subject.toString().getBytes(StandardCharsets.UTF_8));
    return directory.resolve(HexFormat.of().formatHex(digest, 0, 16));
  }

  /** A record; one that anybody else could have written, or that can't be read, is none. */
  public Optional<String> read(Path subject, int maxBytes) {
    return readFile(file(subject), maxBytes);
  }

  static Optional<String> readFile(Path file, int maxBytes) {
    try {
      FileFacts facts = FileFacts.of(file).orElse(null);
      return facts == null
              || !facts.isRegularFile()
              || facts.isWritableByOthers()
              || facts.owner() != FileFacts.currentUser()
          ? Optional.empty()
          : Optional.of(PrivateFiles.read(file, maxBytes));
    } catch (IOException e) {
      // What can't be read vouches for nothing.
      return Optional.empty();
    }
  }

  /** Whether there is a record, if only one that can't be read. */
  public boolean exists(Path subject) {
    return Files.exists(file(subject), java.nio.file.LinkOption.NOFOLLOW_LINKS);
  }

  public void write(Path subject, String text) throws IOException {
    PrivateFiles.createDirectories(directory);
    PrivateFiles.write(file(subject), text);
  }
}
