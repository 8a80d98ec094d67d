package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.store.RunStatus;

/** The one place that says what a command's end means to a shell. */
final class ExitCode {

  static final int FINE = 0;
  static final int FAILED = 1;
  static final int REFUSED = 2;
  static final int BUDGET_EXCEEDED = 3;
  static final int CANCELLED = 130;

  private ExitCode() {}

  /** Of a command that is refused what it was asked for. */
  static int of(RefusedException refused) {
    boolean scriptFailed =
        refused.refusal().filter(ScriptRefusal.EndedBeforeRun.class::isInstance).isPresent();
    return scriptFailed ? FAILED : REFUSED;
  }

  static int of(RunStatus status) {
    return switch (status) {
      case DONE -> FINE;
      case BUDGET_EXCEEDED -> BUDGET_EXCEEDED;
      case CANCELLED -> CANCELLED;
      case RUNNING, FAILED, INTERRUPTED -> FAILED;
    };
  }
}
