package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.Worktree;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.RunStore;
import dev.agentworkflows.store.WorktreeRecord;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** A command that looks into the worktrees of isolated calls. */
abstract class WorktreeCommand extends ReadingCommand {

  WorktreeCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  final int show(RunStore store, WorkflowHome where) {
    Worktrees worktrees =
        new Worktrees(environment().variables(), AllowedWorkspaces.any(), where.directory());
    try {
      return show(store, where, worktrees);
    } catch (GitException e) {
      throw new RefusedException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted.", e);
    }
  }

  abstract int show(RunStore store, WorkflowHome where, Worktrees worktrees)
      throws GitException, InterruptedException;

  /** The worktree of a call that still has one. */
  static WorktreeRecord standing(RunStore store, String callId) {
    CallRecord call = RunLookup.call(store, callId);
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
    if (!Files.exists(Path.of(worktree.path()), LinkOption.NOFOLLOW_LINKS)) {
      throw new RefusedException(
          "the worktree "
              + worktree.path()
              + " is not there any more. Its commits, if any, are on the branch "
              + worktree.branch()
              + ".");
    }
    return worktree;
  }

  /** The worktree of a record, which is input: no place outside of this home is looked into. */
  static Worktree own(WorktreeRecord record, Worktrees worktrees) {
    Worktree worktree;
    try {
      worktree = Worktree.of(record);
    } catch (InvalidPathException e) {
      throw new RefusedException("the record of " + record.callId() + " names no path.", e);
    }
    worktrees
        .foreign(worktree)
        .ifPresent(reason -> {
          throw new RefusedException(record.callId() + " can't be looked into: " + reason + ".");
        });
    return worktree;
  }

  private static String whyNone(CallRecord call) {
    return call.isolation() == Isolation.NONE
        ? "its isolation is none"
        : "it is " + call.status().label();
  }
}
