package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.WorktreeRefusal;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import java.nio.file.Path;
import java.util.Map;

/** Accepts the configuration and hooks of a git repository, as they are now. */
public final class TrustRepository {

  private final Map<String, String> variables;

  /**
   * @param variables the environment's
   */
  public TrustRepository(Map<String, String> variables) {
    this.variables = variables;
  }

  /**
   * Blocks.
   *
   * @param directory in the repository
   * @return the repository
   */
  public Path around(Path directory) {
    try {
      return new Worktrees(variables, AllowedWorkspaces.any(), directory)
          .accept(directory.toAbsolutePath().normalize());
    } catch (GitException e) {
      throw new RefusedException(new WorktreeRefusal.GitFailed(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(new WorktreeRefusal.Interrupted(), e);
    }
  }
}
