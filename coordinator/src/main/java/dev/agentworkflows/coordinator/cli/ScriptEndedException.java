package dev.agentworkflows.coordinator.cli;

/** A script's interpreter ended before its run was opened. */
final class ScriptEndedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Java gives what a signal ended such an exit code, as shells do. */
  private static final int FIRST_SIGNAL = 129;

  private static final int LAST_SIGNAL = 192;

  /**
   * @param exitCode the interpreter's own
   * @param end the end of what it said; empty when that was said elsewhere
   */
  ScriptEndedException(int exitCode, String end) {
    super(message(exitCode, end));
  }

  private static String message(int exitCode, String end) {
    String how =
        exitCode >= FIRST_SIGNAL && exitCode <= LAST_SIGNAL
            ? "was ended by signal " + (exitCode - 128)
            : "ended with exit code " + exitCode;
    return "the script's interpreter "
        + how
        + " before its run was opened."
        + (end.isEmpty() ? "" : "\nThe end of what it said: " + end);
  }
}
