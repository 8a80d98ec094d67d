package dev.agentworkflows.coordinator.home;

import dev.agentworkflows.coordinator.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The directory with the adapters of third parties: {@code --adapters}, else {@code OWF_ADAPTERS},
 * else {@code ~/.workflows/adapters}.
 *
 * @param path absolute
 * @param named a person named it, and expects it to be there
 */
public record AdaptersDirectory(Path path, boolean named) {

  private static final String VARIABLE = "OWF_ADAPTERS";

  public static AdaptersDirectory of(@Nullable Path option, Map<String, String> environment) {
    String configured = environment.get(VARIABLE);
    Path path = option;
    if (path == null && configured != null && !configured.isBlank()) {
      path = Path.of(configured);
    }
    return path == null
        ? new AdaptersDirectory(
            userHome(environment).resolve(".workflows").resolve("adapters"), false)
        : new AdaptersDirectory(absolute(path), true);
  }

  /** Whose directory this is by default, and whose Maven settings hold. */
  public static Path userHome(Map<String, String> environment) {
    return absolute(Path.of(UserCache.userHome(environment)));
  }

  /** The path, to read from; refuses one that a person named and that is no directory. */
  public Path toRead() {
    if ((named || Files.exists(path)) && !Files.isDirectory(path)) {
      throw new RefusedException(
          path
              + (Files.exists(path) ? " is not a directory" : " does not exist")
              + ", where adapters were expected.\nName another one with --adapters DIR or "
              + VARIABLE
              + ".");
    }
    return path;
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
