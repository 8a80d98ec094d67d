package dev.agentworkflows.coordinator.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The user's cache directory for this program: {@code $XDG_CACHE_HOME/owf}, else {@code
 * ~/.cache/owf}. All of it can be deleted at any time.
 */
public record UserCache(Path directory) {

  private static final String LAST_HOME = "last-home";
  private static final int MAX_BYTES = 64 * 1024;

  /** The cache of the user with this environment. */
  public static UserCache of(Map<String, String> environment) {
    String configured = environment.get("XDG_CACHE_HOME");
    Path base =
        configured != null && Path.of(configured).isAbsolute()
            ? Path.of(configured)
            : UserHome.of(environment).resolve(".cache");
    return new UserCache(base.resolve("owf"));
  }

  /** The home that a script was last run in. */
  Optional<Path> lastHome() {
    try {
      Path home = Path.of(PrivateFiles.read(directory.resolve(LAST_HOME), MAX_BYTES).strip());
      return Files.isDirectory(home) ? Optional.of(home) : Optional.empty();
    } catch (IOException | java.nio.file.InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** A convenience only: a cache that can't be written to must not stop a run. */
  void rememberHome(Path home) {
    try {
      if (lastHome().filter(home::equals).isEmpty()) {
        PrivateFiles.createDirectories(directory);
        PrivateFiles.write(directory.resolve(LAST_HOME), home + "\n");
      }
    } catch (IOException e) {
      System.getLogger(UserCache.class.getName())
          .log(System.Logger.Level.DEBUG, "last home not remembered", e);
    }
  }
}
