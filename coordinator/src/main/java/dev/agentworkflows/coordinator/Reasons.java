package dev.agentworkflows.coordinator;

import org.jspecify.annotations.Nullable;

/** How the facts of a refusal end with what the system or a library said. */
final class Reasons {

  private Reasons() {}

  /**
   * @param reason null where none was given: many exceptions have no message
   */
  static String after(String facts, @Nullable String reason) {
    return reason == null ? facts : facts + ": " + reason;
  }
}
