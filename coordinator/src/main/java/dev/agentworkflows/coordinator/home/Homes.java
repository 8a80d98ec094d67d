package dev.agentworkflows.coordinator.home;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds homes and opens them. The home is what {@code --home} names, else {@code OWF_HOME}, else
 * the project's ({@link HomeSearch}). Thread-safe.
 */
public final class Homes {

  private static final String VARIABLE = "OWF_HOME";

  private final Map<String, String> environment;
  private final UserCache cache;
  private final HomeAccess access;
  private final Path here;

  private Homes(Map<String, String> environment, UserCache cache, Path here) {
    this.here = here;
    this.environment = environment;
    this.cache = cache;
    this.access = new HomeAccess(environment);
  }

  public static Homes of(Map<String, String> environment, UserCache cache) {
    return in(Path.of(""), environment, cache);
  }

  /** For commands that are typed in this directory; what they name is relative to it. */
  public static Homes in(Path here, Map<String, String> environment, UserCache cache) {
    return new Homes(environment, cache, here);
  }

  /** The home for the runs of a script; made when it is missing. */
  public WorkflowHome forScript(@Nullable Path option, Path script) {
    return remembered(made(placeForScript(option, script)));
  }

  /** Where the home for a script is, or would be made. Nothing is opened. */
  public Path placeForScript(@Nullable Path option, Path script) {
    Path file = absolute(script);
    Path beside;
    try {
      beside = file.toRealPath().getParent();
    } catch (IOException e) {
      beside = file.getParent();
    }
    return place(option, beside == null ? file : beside);
  }

  /** Where the home of the working directory is, or would be made. Nothing is opened. */
  public Path place(@Nullable Path option) {
    return place(option, here);
  }

  private Path place(@Nullable Path option, Path from) {
    return named(option).orElseGet(() -> onDisk(from, () -> HomeSearch.from(from).place()));
  }

  /**
   * The home for a command that changes what is recorded: it must be there.
   *
   * @throws RefusedException when there is none, or it is not this user's
   */
  public WorkflowHome existing(@Nullable Path option) {
    return opened(
        named(option)
            .or(this::found)
            .orElseThrow(() -> new RefusedException(new HomeRefusal.NoHome(true))));
  }

  /**
   * The home for a command that only looks, which may be the one that was used last.
   *
   * @param note is told when it is
   */
  public WorkflowHome forReading(@Nullable Path option, Consumer<String> note) {
    Optional<Path> place = named(option).or(this::found);
    if (place.isPresent()) {
      return opened(place.get());
    }
    Path last =
        cache.lastHome().orElseThrow(() -> new RefusedException(new HomeRefusal.NoHome(false)));
    WorkflowHome home = opened(last);
    note.accept("this project has no home; shown is the one used last, " + last + ".");
    return home;
  }

  /** The home for a command that keeps something; made when it is missing. */
  public WorkflowHome forKeeping(@Nullable Path option) {
    return remembered(made(place(option)));
  }

  /** The home at this path; an empty or missing directory is one without runs. */
  public WorkflowHome opened(Path directory) {
    return onDisk(directory, () -> access.open(absolute(directory)));
  }

  /** As {@link #opened}; made when it is missing. */
  public WorkflowHome made(Path directory) {
    return onDisk(directory, () -> access.openOrMake(absolute(directory)));
  }

  /** Accepts a home that somebody else made, as it is now. */
  public WorkflowHome trust(Path directory) {
    return onDisk(directory, () -> access.trust(absolute(directory)));
  }

  /** All homes that this user made or accepted and that are still there. */
  public List<Path> all() {
    return onDisk(here, access::all);
  }

  private WorkflowHome remembered(WorkflowHome home) {
    cache.rememberHome(home.directory());
    return home;
  }

  private Optional<Path> found() {
    return onDisk(here, () -> HomeSearch.from(here).found());
  }

  private Optional<Path> named(@Nullable Path option) {
    String configured = environment.get(VARIABLE);
    if (option == null && (configured == null || configured.isBlank())) {
      return Optional.empty();
    }
    return Optional.of(absolute(here.resolve(option == null ? Path.of(configured) : option)));
  }

  private static <T> T onDisk(Path directory, TrustRecords.Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new RefusedException(
          new HomeRefusal.NotWritable(directory.toAbsolutePath().normalize(), FileErrors.reason(e)),
          e);
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  /** Whether a directory holds anything of a home's. */
  public static boolean isHome(Path directory) {
    return Files.isDirectory(directory) && onDisk(directory, () -> HomeFiles.areIn(directory));
  }
}
