package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunStore;
import dev.agentworkflows.store.WorktreeRecord;
import java.nio.file.Files;
import java.nio.file.Path;

/** A command that looks into the worktrees of isolated calls. */
abstract class WorktreeCommand extends ReadingCommand {

  WorktreeCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  final int look(RunStore store, WorkflowHome where) {
    Worktrees worktrees =
        new Worktrees(environment().variables(), AllowedWorkspaces.any(), where.directory());
    try {
      return look(store, where, worktrees);
    } catch (GitException e) {
      throw new RefusedException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted.", e);
    }
  }

  abstract int look(RunStore store, WorkflowHome where, Worktrees worktrees)
      throws GitException, InterruptedException;

  /** The worktree of a call that still has one. */
  static WorktreeRecord standing(RunStore store, String callId) {
    CallRecord call = call(store, callId);
    WorktreeRecord worktree =
        store
            .worktree(callId)
            .orElseThrow(() ->
                new RefusedException(
                    callId + " had no worktree of its own: " + whyNone(call) + "."));
    if (!worktree.standing()) {
      throw new RefusedException(
          "the worktree of "
              + callId
              + " is removed: "
              + (worktree.appliedAt() == null
                  ? "the call changed nothing, or `gc` was told to remove it."
                  : "it was applied before."));
    }
    if (!Files.isDirectory(Path.of(worktree.path()))) {
      throw new RefusedException(
          "the worktree "
              + worktree.path()
              + " is not there any more. Its commits, if any, are on the branch "
              + worktree.branch()
              + ".");
    }
    return worktree;
  }

  private static String whyNone(CallRecord call) {
    return call.isolation().equals("none")
        ? "its isolation is none"
        : "it is " + call.status().label();
  }
}
