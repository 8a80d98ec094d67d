package dev.agentworkflows.coordinator.home;

import dev.agentworkflows.coordinator.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directory that a user's runs live in: the database, a directory for each run, the lock files
 * of the coordinators that are at work.
 *
 * @param directory absolute
 */
public record WorkflowHome(Path directory) {

  private static final String DIRECTORY_NAME = ".workflows";
  private static final String VARIABLE = "OWF_HOME";

  public Path database() {
    return directory.resolve("workflow.sqlite");
  }

  public Path runDirectory(String runId) {
    return directory.resolve("runs").resolve(runId);
  }

  /** Where the records of batches are, and their results. */
  public Path batches() {
    return directory.resolve("batches");
  }

  /** Where coordinators hold their lock files. */
  public Path owners() {
    return directory.resolve("owners");
  }

  /**
   * The home for a command that is given a script: {@code --home}, {@code OWF_HOME}, else beside
   * the script. Made when it is missing, and remembered for commands that are given none.
   */
  public static WorkflowHome forScript(
      @Nullable Path option, Path script, Map<String, String> environment, UserCache cache) {
    WorkflowHome home = wouldBeForScript(option, script, environment);
    home.create();
    cache.rememberHome(home.directory);
    return home;
  }

  /** As {@link #forScript}, for commands that only look: nothing is made or remembered. */
  public static WorkflowHome wouldBeForScript(
      @Nullable Path option, Path script, Map<String, String> environment) {
    return named(option, environment)
        .orElseGet(() -> new WorkflowHome(sibling(script).resolve(DIRECTORY_NAME)));
  }

  /**
   * The home for a command that is given no script: {@code --home}, {@code OWF_HOME}, {@code
   * ./.workflows} if it is there, else the one that was used last.
   */
  public static WorkflowHome forReading(
      @Nullable Path option, Map<String, String> environment, UserCache cache) {
    return named(option, environment)
        .or(WorkflowHome::here)
        .or(() -> cache.lastHome().map(WorkflowHome::new))
        .orElseThrow(() ->
            new RefusedException(
                "no run is recorded here: there is no ./.workflows, and no script was run yet."
                    + "\nRun a script first, or name its home with --home DIR."));
  }

  /**
   * As {@link #forReading}, for commands that keep something: {@code ./.workflows} when there is no
   * home yet. Made when it is missing, and remembered.
   */
  public static WorkflowHome forKeeping(
      @Nullable Path option, Map<String, String> environment, UserCache cache) {
    WorkflowHome home =
        named(option, environment)
            .or(WorkflowHome::here)
            .or(() -> cache.lastHome().map(WorkflowHome::new))
            .orElseGet(() -> new WorkflowHome(absolute(Path.of(DIRECTORY_NAME))));
    home.create();
    cache.rememberHome(home.directory);
    return home;
  }

  /** Makes the directory as {@code init} does: owner-only, invisible to git. */
  public void create() {
    try {
      OwnerOnly.createDirectories(directory);
      Path ignore = directory.resolve(".gitignore");
      if (!Files.exists(ignore)) {
        OwnerOnly.write(ignore, "*\n");
      }
    } catch (IOException e) {
      throw new RefusedException(
          "cannot write to the home "
              + directory
              + ": "
              + FileTrouble.reason(e)
              + ".\nPass --home DIR, or set OWF_HOME.",
          e);
    }
  }

  private static Optional<WorkflowHome> named(
      @Nullable Path option, Map<String, String> environment) {
    if (option != null) {
      return Optional.of(new WorkflowHome(absolute(option)));
    }
    String configured = environment.get(VARIABLE);
    return configured == null || configured.isBlank()
        ? Optional.empty()
        : Optional.of(new WorkflowHome(absolute(Path.of(configured))));
  }

  /** The home for {@code init} and for commands that look when nothing was ever run. */
  public static WorkflowHome forInit(@Nullable Path option, Map<String, String> environment) {
    return named(option, environment)
        .orElseGet(() -> new WorkflowHome(absolute(Path.of(DIRECTORY_NAME))));
  }

  private static Optional<WorkflowHome> here() {
    Path directory = absolute(Path.of(DIRECTORY_NAME));
    return Files.isDirectory(directory)
        ? Optional.of(new WorkflowHome(directory))
        : Optional.empty();
  }

  private static Path sibling(Path script) {
    Path parent = absolute(script).getParent();
    return parent == null ? absolute(script) : parent;
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
