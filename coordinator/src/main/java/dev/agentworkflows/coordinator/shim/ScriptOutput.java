package dev.agentworkflows.coordinator.shim;

import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Where a script's own standard output and error go, from its process and from those that it
 * starts; and whether it has our input.
 *
 * @param out null for ours, or for our standard error, which {@code stdoutToStderr} tells
 * @param errors null for ours; the same as {@code out} for both in the order of their writing
 * @param stdoutToStderr the script's own output must not mix with a JSON document
 * @param apart it has none of our input
 */
public record ScriptOutput(
    @Nullable OutputStream out,
    @Nullable OutputStream errors,
    boolean stdoutToStderr,
    boolean apart) {

  /** Ours, which are then terminals to the script when they are to us. */
  public static ScriptOutput ours(boolean stdoutToStderr) {
    return new ScriptOutput(null, null, stdoutToStderr, false);
  }

  /** Ours but for its errors. */
  public static ScriptOutput withErrors(OutputStream errors, boolean stdoutToStderr) {
    return new ScriptOutput(null, errors, stdoutToStderr, false);
  }

  /** As {@link #withErrors}, for a script that is only loaded: it reads nothing of our input. */
  public static ScriptOutput withoutInput(OutputStream errors, boolean stdoutToStderr) {
    return new ScriptOutput(null, errors, stdoutToStderr, true);
  }

  /** All that it says goes to one place. */
  public static ScriptOutput apart(OutputStream said) {
    return new ScriptOutput(null, said, true, true);
  }
}
