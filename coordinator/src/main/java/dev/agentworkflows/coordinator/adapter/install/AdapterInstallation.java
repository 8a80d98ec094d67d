package dev.agentworkflows.coordinator.adapter.install;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.AdapterJars;
import dev.agentworkflows.coordinator.home.FileTree;
import dev.agentworkflows.coordinator.home.FileTrouble;
import dev.agentworkflows.coordinator.home.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * Puts an adapter from Maven repositories into an adapters directory: as a whole, checked, and in
 * place of its other versions, or not at all.
 */
public final class AdapterInstallation {

  private final Path directory;
  private final Path userHome;
  private final Map<String, String> environment;

  /**
   * @param directory where adapters are; made when it is missing
   * @param userHome whose Maven settings and local repository are used
   */
  public AdapterInstallation(Path directory, Path userHome, Map<String, String> environment) {
    this.directory = directory;
    this.userHome = userHome;
    this.environment = environment;
  }

  /**
   * What came of it.
   *
   * @param path the adapter's directory
   * @param fresh whether it was not there before
   * @param providers the names that it brings
   */
  public record Installed(Path path, boolean fresh, List<String> providers) {}

  /**
   * Fetches, checks and places.
   *
   * @param repositories URLs instead of Maven Central; none for Central
   * @param force also when it, or another version of it, is there
   */
  public Installed install(Coordinates coordinates, List<String> repositories, boolean force) {
    Path target = directory.resolve(coordinates.directoryName());
    var found = Repositories.of(repositories);
    try {
      List<InstalledVersion> others = InstalledVersion.of(coordinates, directory);
      if (!force) {
        for (InstalledVersion other : others) {
          if (other.coordinates().equals(coordinates)) {
            return new Installed(other.path(), false, names(other.path()));
          }
          throw new RefusedException(
              other.coordinates()
                  + " is installed, in "
                  + other.path()
                  + ".\n--force puts "
                  + coordinates.version()
                  + " in its place.");
        }
      }
      if (others.stream().noneMatch(other -> other.path().equals(target)) && Files.exists(target)) {
        throw new RefusedException(
            target
                + " is in the way, and is no version of "
                + coordinates
                + ".\nMove it away, or name another directory with --adapters DIR.");
      }
      OwnerOnly.createDirectories(directory);
      Map<String, Path> jars =
          new AdapterDownload(MavenSettings.of(userHome, environment), found).fetch(coordinates);
      return place(coordinates, jars, target, others);
    } catch (IOException e) {
      throw new RefusedException(
          coordinates
              + " can't be installed in "
              + directory
              + ": "
              + FileTrouble.reason(e)
              + ".\nName another directory with --adapters DIR.",
          e);
    }
  }

  private Installed place(
      Coordinates coordinates, Map<String, Path> jars, Path target, List<InstalledVersion> others)
      throws IOException {
    // A name that begins with a dot is nobody's adapter, also when this is cut short.
    Path fresh = Files.createTempDirectory(directory, ".install-");
    try {
      for (Map.Entry<String, Path> jar : jars.entrySet()) {
        Files.copy(jar.getValue(), fresh.resolve(jar.getKey()));
      }
      InstalledVersion.write(fresh, coordinates, List.copyOf(jars.keySet()));
      List<String> names = names(fresh);
      new Replacement(directory, others.stream().map(InstalledVersion::path).toList())
          .with(fresh, target);
      return new Installed(target, true, names);
    } finally {
      FileTree.delete(fresh);
    }
  }

  /** The providers that it brings; refuses what would be left out when it is loaded. */
  private List<String> names(Path adapter) {
    try (AdapterJars jars = AdapterJars.only(adapter)) {
      return jars.usableNames();
    }
  }

  /** Old versions make place, and come back when the new one can't take it. */
  private record Replacement(Path directory, List<Path> old) {

    void with(Path fresh, Path target) throws IOException {
      Path aside = Files.createTempDirectory(directory, ".replaced-");
      try {
        for (Path path : old) {
          Files.move(path, aside.resolve(path.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        for (Path path : old) {
          Path moved = aside.resolve(path.getFileName());
          if (Files.exists(moved)) {
            Files.move(moved, path, StandardCopyOption.ATOMIC_MOVE);
          }
        }
        throw e;
      } finally {
        FileTree.delete(aside);
      }
    }
  }
}
