package dev.agentworkflows.coordinator.home;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The user's home directory: {@code $HOME} before the JVM's idea of it, since the two differ where
 * a test or a service sets it. The JVM's is {@code ?} for a user whom the machine does not know, as
 * in a container. Nothing that is not absolute counts: it would lead into the working directory,
 * whose files, adapters among them, may have come with a clone.
 */
final class UserHome {

  /** Where there is no home. Who needs a place there is told which variable names another. */
  private static final Path NONE = Path.of("/nonexistent");

  private UserHome() {}

  static Path of(Map<String, String> environment) {
    return of(environment, System.getProperty("user.home", ""));
  }

  static Path of(Map<String, String> environment, String ofTheJvm) {
    return Stream.of(environment.getOrDefault("HOME", ""), ofTheJvm)
        .filter(home -> !home.isBlank())
        .map(Path::of)
        .filter(Path::isAbsolute)
        .findFirst()
        .orElse(NONE);
  }
}
