package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.rpc.Tokens;
import dev.agentworkflows.coordinator.secret.Redactor;
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

  private static final int MIN_LENGTH = 16;

  private final Path file;
  private final Redactor redactor;
  private FileTime changed;
  private String token;

  private OperatorToken(Path file, Redactor redactor) {
    this.file = file;
    this.redactor = redactor;
    this.changed = changed(file);
    this.token = read(file);
    redactor.learn("OWF_TOKEN", token);
  }

  /**
   * The token in a file, or in one of the home's own, which is made when it is not there.
   *
   * @param redactor keeps it secret as providers' keys are
   * @throws RefusedException when there is none that could be used
   */
  static OperatorToken of(
      @Nullable Path option, WorkflowHome home, SecureRandom random, Redactor redactor) {
    Path file = option == null ? home.directory().resolve("operator-token") : option;
    if (option == null && !Files.exists(file)) {
      try {
        PrivateFiles.write(file, Tokens.newToken(random) + "\n");
      } catch (IOException e) {
        throw new RefusedException("cannot write " + file + ": " + FileErrors.reason(e) + ".", e);
      }
    }
    return new OperatorToken(file.toAbsolutePath().normalize(), redactor);
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
        redactor.learn("OWF_TOKEN", token);
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
          "cannot read the token file " + file + ": " + FileErrors.reason(e) + ".", e);
    }
  }

  /** Of a file with a token. */
  private static final int MAX_BYTES = 64 * 1024;

  /**
   * The token in a file.
   *
   * @throws RefusedException when there is none that could be used
   */
  static String read(Path file) {
    String text;
    try {
      if (PrivateFiles.isOpenToOthers(file)) {
        throw new RefusedException(
            "the token file " + file + " can be read by others.\nRun: chmod 600 " + file);
      }
      text = PrivateFiles.read(file.toRealPath(), MAX_BYTES).strip();
    } catch (IOException e) {
      throw new RefusedException(
          "cannot read the token file " + file + ": " + FileErrors.reason(e) + ".", e);
    }
    if (text.length() < MIN_LENGTH || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new RefusedException(
          "the token file %s holds no token: expected one word of at least %d ASCII characters."
              .formatted(file, MIN_LENGTH));
    }
    return text;
  }
}
