package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The directories that an operator lets remote runs work in, by the names that he gave them. A name
 * is looked up, never turned into a path.
 */
final class NamedWorkspaces {

  private final Map<String, Path> byName = new TreeMap<>();
  private final Path none;
  private final Path unknown;

  /**
   * @param options {@code NAME=DIR} each
   */
  NamedWorkspaces(List<String> options, WorkflowHome home) {
    Path places = home.directory().resolve("workspaces");
    none = places.resolve("none");
    unknown = places.resolve("unknown");
    for (String option : options) {
      int equals = option.indexOf('=');
      if (equals < 1 || equals == option.length() - 1) {
        throw new RefusedException("--workspace '" + option + "' is not NAME=DIR.");
      }
      String name = option.substring(0, equals);
      if (byName.put(name, directory(Path.of(option.substring(equals + 1)))) != null) {
        throw new RefusedException("--workspace " + name + " is there twice.");
      }
    }
    try {
      PrivateFiles.createDirectories(none);
      PrivateFiles.createDirectories(unknown);
    } catch (IOException e) {
      throw new RefusedException("cannot make " + none + ": " + FileErrors.reason(e) + ".", e);
    }
  }

  private static Path directory(Path given) {
    try {
      Path real = given.toRealPath();
      if (Files.isDirectory(real)) {
        return real;
      }
    } catch (IOException e) {
      // told below
    }
    throw new RefusedException("--workspace " + given + " is not a directory.");
  }

  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /**
   * Where a run works: an empty directory when it names no workspace, and one where nothing is
   * allowed when it names another than these.
   */
  Path of(@Nullable String name) {
    return name == null ? none : byName.getOrDefault(name, unknown);
  }

  /** Calls in worktrees need a named workspace; others may do without. */
  AllowedWorkspaces allowed() {
    return AllowedWorkspaces.only(byName, none);
  }
}
