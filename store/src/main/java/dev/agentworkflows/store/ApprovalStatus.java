package dev.agentworkflows.store;

import java.util.Locale;

/** Where a question to a person stands. Users read the lower-case name. */
public enum ApprovalStatus {
  /** Nobody has answered yet. */
  WAITING,
  YES,
  NO,
  /** Nobody answered in time, and the script had no answer of its own. */
  TIMED_OUT,
  /** The script no longer waits for the answer. */
  WITHDRAWN;

  /** The name that users, files and the database see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status with this {@link #label()}. */
  public static ApprovalStatus ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
