package dev.agentworkflows.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** A script in place of an agent's program. It reads what to do from a file beside it. */
final class ScriptedBackend implements Backend {

  private static final String REQUESTED = "requested";

  private final ScriptedProgram program;
  private final Map<String, String> settings;

  ScriptedBackend(ScriptedProgram program, AgentScript parts) {
    this.program = program;
    Path script =
        program.doing(
            program.begins()
                + """
                case $(cat "$here/behaviour") in
                ANSWERS)
                %s ;;
                FAILS_FOR_NOW)
                %s ;;
                FAILS_FOR_GOOD)
                %s ;;
                FAILS_REPEATING_THE_SECRET)
                %s ;;
                NEVER_ANSWERS)
                child; detached; trap '' TERM
                %s
                wait ;;
                esac
                """
                    .formatted(
                        program.answers(ANSWER + "@prompt@"),
                        program.does(parts.overloaded("too many requests")),
                        program.does(parts.refused("this request is refused")),
                        program.complains("the key is @secret@")
                            + program.does(parts.refused("the key @secret@ is refused")),
                        ScriptedProgram.marks(REQUESTED)));
    settings = parts.settings(script);
  }

  @Override
  public Map<String, String> settings() {
    return settings;
  }

  @Override
  public void behave(Behaviour behaviour) {
    try {
      Files.writeString(program.file("behaviour"), behaviour.name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void awaitRequest(Duration atMost) throws TimeoutException {
    Waiting.until(() -> Files.exists(program.file(REQUESTED)), atMost);
  }

  @Override
  public void close() {}
}
