package dev.agentworkflows.coordinator.worktree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a coordinator may make worktrees from. A private one may do what its user may. */
public final class AllowedWorkspaces {

  private final @Nullable List<Path> roots;

  private AllowedWorkspaces(@Nullable List<Path> roots) {
    this.roots = roots;
  }

  /** Any directory of this machine. */
  public static AllowedWorkspaces any() {
    return new AllowedWorkspaces(null);
  }

  /** These directories and what is below them; symbolic links that lead out are not. */
  public static AllowedWorkspaces only(Collection<Path> roots) {
    return new AllowedWorkspaces(List.copyOf(roots));
  }

  void check(Path workspace) throws GitException {
    if (roots == null) {
      return;
    }
    try {
      Path real = workspace.toRealPath();
      for (Path root : roots) {
        if (real.startsWith(root.toRealPath())) {
          return;
        }
      }
    } catch (IOException e) {
      throw new GitException("the workspace " + workspace + " cannot be looked up", e);
    }
    throw new GitException(
        "this coordinator may not use the workspace "
            + workspace
            + ". Ask its operator to allow it");
  }
}
