package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where calls work: The one that was named, else the repository around the script, else its
 * directory.
 */
public final class Workspaces {

  private Workspaces() {}

  /** Absolute; refuses an option that is no directory. */
  public static Path of(@Nullable Path option, Path script) {
    if (option != null) {
      Path workspace = option.toAbsolutePath().normalize();
      if (!Files.isDirectory(workspace)) {
        throw new RefusedException(new ScriptRefusal.NoWorkspace(workspace));
      }
      return workspace;
    }
    Path directory = script.toAbsolutePath().normalize().getParent();
    for (Path top = directory; top != null; top = top.getParent()) {
      // A linked worktree and a submodule have a file there.
      if (Files.exists(top.resolve(".git"))) {
        return top;
      }
    }
    return directory == null ? script.toAbsolutePath().getRoot() : directory;
  }
}
