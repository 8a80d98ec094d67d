package dev.agentworkflows.store;

import java.util.Locale;

/** Whether an answer keeps to its call's schema. Users read the lower-case name. */
public enum ValidationStatus {
  VALID,
  INVALID;

  /** The name that users, files and the database see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status with this {@link #label()}. */
  public static ValidationStatus ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
