package dev.agentworkflows.coordinator.home;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;
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
    return absolute(UserHome.of(environment));
  }

  /**
   * The path, to read from; refuses one that a person named and that is no directory, and one in
   * which others may put something: what is in it is run.
   */
  public Path toRead() {
    if ((named || Files.exists(path)) && !Files.isDirectory(path)) {
      throw new RefusedException(new HomeRefusal.NoAdaptersDirectory(path, Files.exists(path)));
    }
    if (Files.isDirectory(path)) {
      refuseWhatOthersMayWrite(path);
    }
    return path;
  }

  /** Refuses an adapters directory in which others may put something. */
  public static void refuseWhatOthersMayWrite(Path path) {
    if (isWritableByOthers(path)) {
      throw new RefusedException(new HomeRefusal.AdaptersOpenToOthers(path));
    }
  }

  /** Of a link, what it leads to. Where the system has no such rights, nobody else has them. */
  public static boolean isWritableByOthers(Path path) {
    try {
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(path);
      return rights.contains(PosixFilePermission.GROUP_WRITE)
          || rights.contains(PosixFilePermission.OTHERS_WRITE);
    } catch (UnsupportedOperationException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
