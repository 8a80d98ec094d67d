package dev.agentworkflows.store;

import java.util.Locale;

/** Where a call stands. Users read the lower-case name. */
public enum CallStatus {
  RUNNING,
  DONE,
  FAILED,
  SCHEMA_FAILED,
  TIMEOUT,
  PROVIDER_FAILED,
  WORKTREE_FAILED,
  CANCELLED,
  BUDGET_EXCEEDED;

  /** The name that users, files and the database see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status with this {@link #label()}. */
  public static CallStatus ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
