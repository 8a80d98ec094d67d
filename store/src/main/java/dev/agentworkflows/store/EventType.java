package dev.agentworkflows.store;

import java.util.Locale;

/** What happened in a run. Users read the lower-case name. */
public enum EventType {
  /** The script entered a phase; the message is its name. */
  PHASE,
  /** The script's own words. */
  LOG,
  /** Something that a person should know of, by the script or by the coordinator. */
  WARNING,
  /** A person was asked, or has answered. */
  APPROVAL,
  /** A call is asked again. */
  RETRY,
  /** A call's provider can't answer, so that another one is asked. */
  FALLBACK,
  /** The calls of a login wait for its limit. */
  USAGE_LIMIT;

  /** The name that users, files and the database see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The type with this {@link #label()}. */
  public static EventType ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
