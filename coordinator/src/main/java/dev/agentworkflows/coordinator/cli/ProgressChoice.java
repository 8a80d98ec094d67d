package dev.agentworkflows.coordinator.cli;

import java.util.Map;

/** Which progress suits a screen. */
final class ProgressChoice {

  private ProgressChoice() {}

  /**
   * As it suits the screen, unless {@code OWF_PROGRESS=plain} says that a terminal is a script's
   * own.
   */
  static Progress on(Console screen, boolean json, Map<String, String> environment) {
    if (json) {
      return new NoProgress();
    }
    boolean plain = "plain".equals(environment.get("OWF_PROGRESS"));
    return screen.drawsOn(environment) && !plain
        ? new LiveProgress(screen, environment)
        : new PlainProgress(screen);
  }
}
