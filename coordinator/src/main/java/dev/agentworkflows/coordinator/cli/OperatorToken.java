package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileTrouble;
import dev.agentworkflows.coordinator.home.OwnerOnly;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.rpc.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The operator's token, from a file that he alone may read. The file is read again when it has
 * changed; one that can't be read leaves the last token in force. Thread-safe.
 */
final class OperatorToken {

  private static final int SHORTEST = 16;

  private final Path file;
  private FileTime changed;
  private String token;

  private OperatorToken(Path file) {
    this.file = file;
    this.changed = changed(file);
    this.token = read(file);
  }

  /**
   * The token in a file, or in one of the home's own, which is made when it is not there.
   *
   * @throws RefusedException when there is none that could be used
   */
  static OperatorToken of(@Nullable Path option, WorkflowHome home, SecureRandom random) {
    Path file = option == null ? home.directory().resolve("operator-token") : option;
    if (option == null && !Files.exists(file)) {
      try {
        OwnerOnly.write(file, Tokens.newToken(random) + "\n");
      } catch (IOException e) {
        throw new RefusedException("cannot write " + file + ": " + FileTrouble.reason(e) + ".", e);
      }
    }
    return new OperatorToken(file.toAbsolutePath().normalize());
  }

  Path file() {
    return file;
  }

  /** As it is now. */
  synchronized String current() {
    try {
      FileTime now = Files.getLastModifiedTime(file);
      if (!now.equals(changed)) {
        token = read(file);
        changed = now;
      }
    } catch (IOException | RefusedException e) {
      System.getLogger(OperatorToken.class.getName())
          .log(System.Logger.Level.WARNING, "the token file {0} can''t be read again", file);
    }
    return token;
  }

  private static FileTime changed(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new RefusedException(
          "cannot read the token file " + file + ": " + FileTrouble.reason(e) + ".", e);
    }
  }

  /**
   * The token in a file.
   *
   * @throws RefusedException when there is none that could be used
   */
  static String read(Path file) {
    String text;
    try {
      if (OwnerOnly.isOpenToOthers(file)) {
        throw new RefusedException(
            "the token file " + file + " can be read by others.\nRun: chmod 600 " + file);
      }
      text = Files.readString(file).strip();
    } catch (IOException e) {
      throw new RefusedException(
          "cannot read the token file " + file + ": " + FileTrouble.reason(e) + ".", e);
    }
    if (text.length() < SHORTEST || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new RefusedException(
          "the token file %s holds no token: expected one word of at least %d ASCII characters."
              .formatted(file, SHORTEST));
    }
    return text;
  }
}
