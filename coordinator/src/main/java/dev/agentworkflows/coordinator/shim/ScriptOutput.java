package dev.agentworkflows.coordinator.shim;

import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Where a script's own standard output and error go, from its process and from those that it
 * starts.
 *
 * @param out null for ours, or for our standard error, which {@code stdoutToStderr} tells
 * @param errors null for ours; the same as {@code out} for both in the order of their writing
 * @param stdoutToStderr the script's own output must not mix with a JSON document
 */
public record ScriptOutput(
    @Nullable OutputStream out, @Nullable OutputStream errors, boolean stdoutToStderr) {

  /** Ours, which are then terminals to the script when they are to us. */
  public static ScriptOutput ours(boolean stdoutToStderr) {
    return new ScriptOutput(null, null, stdoutToStderr);
  }
}
