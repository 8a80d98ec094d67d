package dev.agentworkflows.coordinator.run;

/** How the process of a script ended. */
public final class ProcessEnd {

  /** Java gives what a signal ended such an exit code, as shells do. */
  private static final int FIRST_SIGNAL = 129;

  private static final int LAST_SIGNAL = 192;
  private static final int SIGKILL = 9;

  private ProcessEnd() {}

  /** What stands behind the process's name, as in "ended with exit code 3". */
  public static String of(int exitCode) {
    if (exitCode < FIRST_SIGNAL || exitCode > LAST_SIGNAL) {
      return "ended with exit code " + exitCode;
    }
    int signal = exitCode - FIRST_SIGNAL + 1;
    String who = " (SIGKILL: by a person, or by the system when memory is short)";
    return "was ended by signal " + signal + (signal == SIGKILL ? who : "");
  }
}
