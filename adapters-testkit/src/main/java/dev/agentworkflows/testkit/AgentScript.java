package dev.agentworkflows.testkit;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an agent's program looks from outside. {@link AgentContract} makes shell scripts of these
 * parts, which stand in the program's place.
 *
 * <p>The program prints JSON, one value a line. What is printed may hold {@code @prompt@}, for
 * which the script puts the shell variable {@code $prompt}, {@code @id@} for {@code $id}, which
 * {@link #begin} sets, and {@code @secret@} for the key that the program was given.
 */
public interface AgentScript {

  /** The settings that lead the adapter to a script. */
  default Map<String, String> settings(Path script) {
    return Map.of("program", script.toString());
  }

  /**
   * Shell commands: what the program does until it has its prompt, which it leaves in {@code
   * $prompt}. Unless told otherwise, the prompt is all of its standard input. What the program is
   * told there besides it may append to the file {@code "$here/heard"}.
   */
  default String begin() {
    return "prompt=$(cat)";
  }

  /** What it prints once a model has begun to work: a turn, or the use of a tool. Whole lines. */
  String work();

  /**
   * What it prints as its answer: whole lines.
   *
   * @param text holds nothing that JSON would escape
   */
  String answer(String text);

  /** What it does when its provider is overloaded, or down: another try may help. */
  AgentOutput overloaded(String why);

  /** What it does when its provider refuses the request. */
  AgentOutput refused(String why);

  /**
   * What it does when its login has reached a limit that fills again by itself.
   *
   * @param resetsAt when, in whole minutes; null when it does not say
   * @return empty for a program that knows no such limit, or never says when
   */
  default Optional<AgentOutput> usageLimit(@Nullable Instant resetsAt) {
    return Optional.empty();
  }

  /** What it does when its account has no money left; empty when it does not say so. */
  default Optional<AgentOutput> exhausted() {
    return Optional.empty();
  }

  /**
   * The session that {@link #begin} or {@link #answer} tells of; empty when no later call may go on
   * in a session of the program's.
   */
  default Optional<String> session() {
    return Optional.empty();
  }

  /**
   * Shell commands in the place of all others: what the program does when it is to go on in a
   * session that it does not have.
   */
  default String losesSession() {
    return "exit 1";
  }

  /**
   * Whether its output says that the answer is whole. Where only the program's end does, one that
   * hangs after its answer has not answered, and an exit code decides.
   */
  default boolean saysWhenItIsDone() {
    return true;
  }
}
