package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.spi.AdapterFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The adapters of third parties in one directory. Each {@code .jar} is one, and so is each
 * directory with the jars of an adapter and of what it needs; other files, and what begins with a
 * dot, are nobody's.
 *
 * <p>Each adapter has a class loader of its own, open until {@link #close}.
 */
public final class AdapterJars implements AutoCloseable {

  private final List<AdapterJar> jars;

  private AdapterJars(List<AdapterJar> jars) {
    this.jars = jars;
  }

  /** Opens whatever is in the directory. One that is not there holds none. */
  public static AdapterJars in(Path directory) {
    return open(entries(directory));
  }

  /**
   * As the directory would be with one more, which comes last.
   *
   * @param without paths in the directory that the newcomer replaces
   */
  public static AdapterJars in(Path directory, List<Path> without, Path newcomer) {
    List<Path> paths = new ArrayList<>(entries(directory));
    paths.removeAll(without);
    paths.add(newcomer);
    return open(paths);
  }

  private static AdapterJars open(List<Path> paths) {
    return new AdapterJars(paths.stream().map(AdapterJar::open).toList());
  }

  private static List<Path> entries(Path directory) {
    if (Files.notExists(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(AdapterJars::isAdapter).sorted().toList();
    } catch (IOException e) {
      throw new RefusedException(
          new FileRefusal.Unreadable("the adapters in " + directory, FileErrors.reason(e)), e);
    }
  }

  /** No adapters of third parties. */
  static AdapterJars none() {
    return new AdapterJars(List.of());
  }

  /** One adapter alone: a jar, or a directory of jars. */
  public static AdapterJars only(Path path) {
    return open(List.of(path));
  }

  private static boolean isAdapter(Path path) {
    return !path.getFileName().toString().startsWith(".")
        && (AdapterJar.isJar(path) || Files.isDirectory(path));
  }

  /** All that was found, in the order of names. */
  public List<FoundAdapter> found() {
    return jars.stream().map(AdapterJar::found).toList();
  }

  /** The factories of those that can be used. */
  public List<AdapterFactory> factories() {
    return jars.stream()
        .map(AdapterJar::found)
        .filter(FoundAdapter.Usable.class::isInstance)
        .flatMap(found -> ((FoundAdapter.Usable) found).factories().stream())
        .map(AdapterFactory.class::cast)
        .toList();
  }

  /** A line for each adapter that can't be used. */
  public List<String> warnings() {
    return jars.stream()
        .map(AdapterJar::found)
        .filter(FoundAdapter.Broken.class::isInstance)
        .map(found ->
            "adapter left out: " + found.path() + ": " + ((FoundAdapter.Broken) found).problem())
        .toList();
  }

  /** Ends the loading of classes from their jars; their adapters must be closed before. */
  @Override
  public void close() {
    jars.forEach(AdapterJar::close);
  }
}
