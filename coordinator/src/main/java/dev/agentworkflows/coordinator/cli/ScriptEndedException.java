package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.run.ProcessEnd;

/** A script's interpreter ended before its run was opened. */
final class ScriptEndedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param exitCode the interpreter's own
   * @param end the end of what it said; empty when that was said elsewhere
   */
  ScriptEndedException(int exitCode, String end) {
    super(message(exitCode, end));
  }

  private static String message(int exitCode, String end) {
    return "the script's interpreter "
        + ProcessEnd.of(exitCode)
        + " before its run was opened."
        + (end.isEmpty() ? "" : "\nThe end of what it said: " + end);
  }
}
