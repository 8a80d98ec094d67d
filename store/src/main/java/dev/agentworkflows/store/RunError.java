package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * The error that ended a run; {@link #NONE} when none did.
 *
 * @param kind the class of the error
 */
public record RunError(@Nullable String kind, @Nullable String message) {

  public static final RunError NONE = new RunError(null, null);

  /** The class of the error and its message. */
  public String text() {
    String shown = message == null ? "the run was ended" : message;
    if (kind == null) {
      return shown;
    }
    return shown.isBlank() ? kind : kind + ": " + shown;
  }
}
