package dev.agentworkflows.store;

import java.util.Locale;

/** What the cache did for a call. Users read the lower-case name. */
public enum CacheStatus {
  /** A remembered answer stood in for the call. */
  HIT,
  /** No remembered answer was used: none was there, or the policy did not ask. */
  MISS,
  /** Mutating: the cache was neither asked nor told. */
  BYPASSED,
  /** The policy is {@code disabled}. */
  DISABLED;

  /** The name that users, files and the database see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status with this {@link #label()}. */
  public static CacheStatus ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
