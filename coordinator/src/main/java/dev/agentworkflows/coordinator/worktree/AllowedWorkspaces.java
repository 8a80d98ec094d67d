package dev.agentworkflows.coordinator.worktree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where a coordinator's calls may work. A private one may do what its user may. Immutable. */
public final class AllowedWorkspaces {

  private final @Nullable Map<String, Path> byName;
  private final @Nullable Path withoutFiles;

  private AllowedWorkspaces(@Nullable Map<String, Path> byName, @Nullable Path withoutFiles) {
    this.byName = byName;
    this.withoutFiles = withoutFiles;
  }

  /** Any directory of this machine. */
  public static AllowedWorkspaces any() {
    return new AllowedWorkspaces(null, null);
  }

  /**
   * These directories and what is below them; symbolic links that lead out are not.
   *
   * @param withoutFiles where calls work that need no files: nothing is isolated from there
   */
  public static AllowedWorkspaces only(Map<String, Path> byName, Path withoutFiles) {
    return new AllowedWorkspaces(new TreeMap<>(byName), withoutFiles);
  }

  /** Why a call that is not isolated may not work here; empty when it may. */
  public Optional<String> refusal(Path workspace) {
    return workspace.equals(withoutFiles) ? Optional.empty() : refusalOfIsolation(workspace);
  }

  /** Why no file of a workspace may be read for a call; empty when those below it may. */
  Optional<String> refusalOfFiles(Path workspace) {
    return refusalOfIsolation(workspace);
  }

  /** Whether these are directories that an operator has named, for scripts of other machines. */
  boolean areNamed() {
    return byName != null;
  }

  /** Refuses to make a worktree from a directory that is not allowed. */
  void check(Path workspace) throws GitException {
    Optional<String> refusal = refusalOfIsolation(workspace);
    if (refusal.isPresent()) {
      throw new GitException(refusal.get());
    }
  }

  private Optional<String> refusalOfIsolation(Path workspace) {
    if (byName == null) {
      return Optional.empty();
    }
    try {
      Path real = workspace.toRealPath();
      for (Path root : byName.values()) {
        if (isWithin(real, root)) {
          return Optional.empty();
        }
      }
    } catch (IOException e) {
      return Optional.of("the workspace " + workspace + " cannot be looked up");
    }
    return Optional.of(
        "this coordinator may not use the workspace that the run asked for. "
            + (byName.isEmpty()
                ? "Its operator has named none"
                : "Name one of its operator's: " + String.join(", ", byName.keySet())));
  }

  /** A root that is gone allows nothing, and hides no other. */
  private static boolean isWithin(Path real, Path root) {
    try {
      return real.startsWith(root.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }
}
