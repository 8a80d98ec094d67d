package dev.agentworkflows.coordinator.home;

import java.nio.file.Path;

/**
 * The directory that a user's runs live in: the database, a directory for each run, the lock files
 * of the coordinators that are at work. Whoever has one has it from {@link Homes}, which believes
 * no home that this user did not make or accept.
 */
public final class WorkflowHome {

  private final Path directory;

  WorkflowHome(Path directory) {
    this.directory = directory;
  }

  /** The real path. */
  public Path directory() {
    return directory;
  }

  public Path database() {
    return directory.resolve(HomeFiles.DATABASE);
  }

  /** Of a run's id, as this program makes them. */
  public Path runDirectory(String runId) {
    return runDirectory(directory, runId);
  }

  /** As it is, or will be, in a home that need not be there. */
  public static Path runDirectory(Path home, String runId) {
    return home.resolve("runs").resolve(runId);
  }

  /** Where the records of batches are, and their results. */
  public Path batches() {
    return directory.resolve("batches");
  }

  /** Where coordinators hold their lock files. */
  public Path owners() {
    return directory.resolve("owners");
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
