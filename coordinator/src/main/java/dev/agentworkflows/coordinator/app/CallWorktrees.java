package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.WorktreeRefusal;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.Worktree;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.WorktreeRecord;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The worktrees of a home's calls. */
final class CallWorktrees {

  private final OpenHome home;
  private final Worktrees worktrees;

  CallWorktrees(OpenHome home) {
    this.home = home;
    this.worktrees =
        new Worktrees(home.variables(), AllowedWorkspaces.any(), home.home().directory());
  }

  /** What git does there. */
  interface Action<T> {
    T run(Worktrees worktrees) throws GitException, InterruptedException;
  }

  /** Does it; what git has against it is a refusal. Blocks. */
  <T> T run(Action<T> action) {
    try {
      return action.run(worktrees);
    } catch (GitException e) {
      throw new RefusedException(new WorktreeRefusal.GitFailed(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(new WorktreeRefusal.Interrupted(), e);
    }
  }

  /** The record of a worktree that is still there. */
  WorktreeRecord standing(String callId) {
    CallRecord call = RunLookup.call(home.store().reader(), callId);
    WorktreeRecord worktree =
        home.store()
            .reader()
            .worktree(callId)
            .orElseThrow(() ->
                new RefusedException(
                    new WorktreeRefusal.None(callId, call.asked().isolation(), call.status())));
    if (!worktree.standing()) {
      throw new RefusedException(new WorktreeRefusal.Removed(callId, worktree.appliedAt() != null));
    }
    if (!Files.exists(path(worktree), LinkOption.NOFOLLOW_LINKS)) {
      throw new RefusedException(new WorktreeRefusal.Gone(worktree.path(), worktree.branch()));
    }
    return worktree;
  }

  private static Path path(WorktreeRecord record) {
    try {
      return Path.of(record.path());
    } catch (InvalidPathException e) {
      throw namesNoPath(record, e);
    }
  }

  private static RefusedException namesNoPath(WorktreeRecord record, InvalidPathException e) {
    return new RefusedException(
        new WorktreeRefusal.NotInspected(record.callId(), "its record names no path"), e);
  }

  /** The worktree of a record, which is input: no place outside of this home is looked into. */
  Worktree own(WorktreeRecord record) {
    Worktree worktree;
    try {
      worktree = Worktree.of(record);
    } catch (InvalidPathException e) {
      throw namesNoPath(record, e);
    }
    worktrees
        .foreign(worktree)
        .ifPresent(reason -> {
          throw new RefusedException(new WorktreeRefusal.NotInspected(record.callId(), reason));
        });
    return worktree;
  }
}
