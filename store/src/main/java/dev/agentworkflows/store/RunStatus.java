package dev.agentworkflows.store;

import java.util.Locale;

/** Where a run stands. Users read the lower-case name. */
public enum RunStatus {
  RUNNING,
  DONE,
  FAILED,
  INTERRUPTED,
  CANCELLED,
  BUDGET_EXCEEDED;

  /** The name that users, files and the database see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status with this {@link #label()}. */
  public static RunStatus ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
