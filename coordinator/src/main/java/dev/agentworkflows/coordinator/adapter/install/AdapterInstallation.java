package dev.agentworkflows.coordinator.adapter.install;

import dev.agentworkflows.coordinator.InstallRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.AdapterJars;
import dev.agentworkflows.coordinator.adapter.ListedAdapter;
import dev.agentworkflows.coordinator.home.AdaptersDirectory;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.FileTree;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.aether.repository.RemoteRepository;

/**
 * Puts an adapter from Maven repositories into an adapters directory: as a whole, checked, and in
 * place of its other versions, or not at all.
 */
public final class AdapterInstallation {

  private final Path directory;
  private final Path userHome;
  private final Map<String, String> environment;
  private final DownloadBounds.Limits limits;

  /**
   * @param directory where adapters are; made when it is missing
   * @param userHome whose Maven settings and local repository are used
   */
  public AdapterInstallation(Path directory, Path userHome, Map<String, String> environment) {
    this(directory, userHome, environment, DownloadBounds.Limits.USUAL);
  }

  AdapterInstallation(
      Path directory,
      Path userHome,
      Map<String, String> environment,
      DownloadBounds.Limits limits) {
    this.limits = limits;
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
    List<RemoteRepository> remotes = Repositories.of(repositories);
    try {
      List<InstalledVersion> there = InstalledVersion.of(coordinates, directory);
      if (!force && !there.isEmpty()) {
        return unchanged(coordinates, there.get(0));
      }
      Path target = directory.resolve(coordinates.directoryName());
      refuseToOverwrite(coordinates, target, there);
      PrivateFiles.createDirectories(directory);
      AdaptersDirectory.refuseWhatOthersMayWrite(directory);
      MavenSettings settings = MavenSettings.of(userHome, environment);
      Map<String, Path> jars = new AdapterDownload(settings, remotes, limits).fetch(coordinates);
      return place(coordinates, jars, target, there);
    } catch (IOException e) {
      throw new RefusedException(
          new InstallRefusal.NotWritable(coordinates.toString(), directory, FileErrors.reason(e)),
          e);
    }
  }

  private static Installed unchanged(Coordinates coordinates, InstalledVersion there) {
    if (!there.coordinates().equals(coordinates)) {
      throw new RefusedException(
          new InstallRefusal.AnotherVersion(
              there.coordinates().toString(), there.path(), coordinates.version()));
    }
    try (AdapterJars jars = AdapterJars.only(there.path())) {
      return new Installed(there.path(), false, names(jars, there.path(), coordinates));
    }
  }

  /** A directory that says nothing of being installed is somebody's own. */
  private static void refuseToOverwrite(
      Coordinates coordinates, Path target, List<InstalledVersion> there) {
    if (Files.exists(target)
        && there.stream().noneMatch(version -> version.path().equals(target))) {
      throw new RefusedException(new InstallRefusal.InTheWay(target, coordinates.toString()));
    }
  }

  private Installed place(
      Coordinates coordinates, Map<String, Path> jars, Path target, List<InstalledVersion> there)
      throws IOException {
    List<Path> old = there.stream().map(InstalledVersion::path).toList();
    // A name that begins with a dot is nobody's adapter, also when this is cut short.
    Path fresh = Files.createTempDirectory(directory, ".install-");
    try {
      for (Map.Entry<String, Path> jar : jars.entrySet()) {
        // Not with the rights that the user's umask gives: nobody else may change what is run.
        PrivateFiles.copy(jar.getValue(), fresh.resolve(jar.getKey()));
      }
      InstalledVersion.write(fresh, coordinates, List.copyOf(jars.keySet()));
      List<String> names;
      try (AdapterJars all = AdapterJars.in(directory, old, fresh)) {
        names = names(all, fresh, coordinates);
      }
      new Replacement(directory, old).with(fresh, target);
      return new Installed(target, true, names);
    } finally {
      FileTree.delete(fresh);
    }
  }

  /** The providers that one of them brings; refuses what would be left out, or end every run. */
  private static List<String> names(AdapterJars all, Path one, Coordinates coordinates) {
    List<String> names = new ArrayList<>();
    for (ListedAdapter adapter : ListedAdapter.all(all)) {
      if (one.equals(adapter.path())) {
        if (adapter.problem() != null) {
          throw new RefusedException(
              new InstallRefusal.NoAdapter(coordinates.toString(), adapter.problem()));
        }
        names.add(String.valueOf(adapter.name()));
      }
    }
    return names;
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
