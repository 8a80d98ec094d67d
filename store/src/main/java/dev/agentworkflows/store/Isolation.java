package dev.agentworkflows.store;

import java.util.Locale;
import java.util.Optional;

/** Where a call's agent works. Users read the lower-case name. */
public enum Isolation {
  /** In the workspace itself, or nowhere. */
  NONE,
  /** In a git worktree of its own. */
  WORKTREE;

  /** The name that users, files and the database see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one with this {@link #label()}; empty for any other text. */
  public static Optional<Isolation> ofLabel(String label) {
    for (Isolation one : values()) {
      if (one.label().equals(label)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }
}
