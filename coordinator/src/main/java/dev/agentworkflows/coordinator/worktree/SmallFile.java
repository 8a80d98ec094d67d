package dev.agentworkflows.coordinator.worktree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads files of git's where an agent may have put something else: a pipe that never ends, a link
 * to somewhere, a file without measure.
 */
final class SmallFile {

  private static final int MAX_BYTES = 64 * 1024;

  private SmallFile() {}

  /** One line; empty when there is no such regular file. */
  static Optional<String> line(Path file) throws IOException {
    return bytes(file, MAX_BYTES).map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip());
  }

  /**
   * All of it; empty when there is no such regular file.
   *
   * @throws IOException also when it is longer
   */
  static Optional<byte[]> bytes(Path file, int maxBytes) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new IOException("it is longer than " + maxBytes + " bytes");
      }
      return Optional.of(bytes);
    }
  }
}
