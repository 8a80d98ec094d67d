package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.testkit.Backend;
import dev.agentworkflows.testkit.Behaviour;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** A shell script in place of an agent's program. It reads what to do from a file beside it. */
final class ScriptBackend implements Backend {

  /** Children that ignore a request to end, in sessions of their own, whose parent is gone. */
  private static final String STAY =
      """
      sleeper='trap "" TERM HUP INT; sleep 300; sleep 300'
      sh -c "$sleeper" &
      (setsid sh -c "$sleeper" &)
      trap '' TERM
      : >"$here/requested"
      wait
      """;

  private final Path directory;
  private final Path program;

  /**
   * @param answer prints the stream of an answer, {@code $text}
   * @param failure prints the stream of a failure with the words {@code $why}, for now or, where
   *     {@code $status} is 400, for good
   */
  ScriptBackend(Path directory, String secret, String answer, String failure) {
    this.directory = directory;
    program =
        Scripts.sh(
            directory,
            "agent",
            """
            answer() {
            %s
            }
            failure() {
            %s
            }
            case $(cat "$here/behaviour") in
            ANSWERS) text="%s$(cat)"; answer ;;
            FAILS_FOR_NOW) status=429 why='too many requests'; failure ;;
            FAILS_FOR_GOOD) status=400 why='this request is refused'; failure ;;
            FAILS_REPEATING_THE_SECRET) status=400 why="the key $%s is refused"; failure ;;
            NEVER_ANSWERS)
            %s ;;
            esac
            """
                .formatted(answer, failure, ANSWER, secret, STAY));
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("program", program.toString());
  }

  @Override
  public void behave(Behaviour behaviour) {
    try {
      Files.writeString(directory.resolve("behaviour"), behaviour.name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void awaitRequest(Duration atMost) throws TimeoutException {
    Waiting.until(() -> Files.exists(directory.resolve("requested")), atMost);
  }

  @Override
  public void close() {}
}
