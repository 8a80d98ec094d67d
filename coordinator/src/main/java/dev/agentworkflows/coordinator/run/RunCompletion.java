package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.store.RunStatus;
import org.jspecify.annotations.Nullable;

/**
 * How a script ended.
 *
 * @param status anything but {@link RunStatus#RUNNING}
 * @param outputJson what {@code main} returned; null unless it is done
 * @param errorKind the class of the error; null when there was none
 */
public record RunCompletion(
    RunStatus status,
    @Nullable String outputJson,
    @Nullable String errorKind,
    @Nullable String errorMessage,
    @Nullable String traceback) {

  /** An ending that the coordinator itself brought about. */
  public static RunCompletion because(RunStatus status, String errorKind, String message) {
    return new RunCompletion(status, null, errorKind, message, null);
  }

  /** How a child ends that is open when its run ends so. */
  RunCompletion ofAChild() {
    return status == RunStatus.CANCELLED
        ? because(status, "Cancelled", "the run that it belongs to was cancelled")
        : because(
            RunStatus.INTERRUPTED, "Interrupted", "the run that it belongs to ended before it");
  }
}
