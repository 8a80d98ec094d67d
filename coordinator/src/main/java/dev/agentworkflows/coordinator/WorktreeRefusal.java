package dev.agentworkflows.coordinator;

import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.Isolation;
import java.time.Instant;
import java.util.List;

/** Why nothing is shown of a call's worktree, or brought from it. */
public sealed interface WorktreeRefusal extends Refusal {

  /** The call never had one. */
  record None(String call, Isolation isolation, CallStatus status) implements WorktreeRefusal {
    @Override
    public String text() {
      return call
          + " had no worktree of its own: "
          + (isolation == Isolation.NONE ? "its isolation is none" : "it is " + status.label());
    }
  }

  /**
   * It was removed by this program.
   *
   * @param applied whether its changes were brought into the workspace before
   */
  record Removed(String call, boolean applied) implements WorktreeRefusal {
    @Override
    public String text() {
      return "the worktree of "
          + call
          + " is removed: "
          + (applied
              ? "it was applied before"
              : "the call changed nothing, or somebody asked for that");
    }
  }

  /** It was removed by somebody else. */
  record Gone(String path, String branch) implements WorktreeRefusal {
    @Override
    public String text() {
      return "the worktree %s is not there any more. Its commits, if any, are on the branch %s"
          .formatted(path, branch);
    }
  }

  /** Its record names no place in which this home has worktrees. */
  record NotInspected(String call, String reason) implements WorktreeRefusal {
    @Override
    public String text() {
      return call + " can't be inspected: " + reason;
    }
  }

  /** A call works in it. */
  record InUse(String call) implements WorktreeRefusal {
    @Override
    public String text() {
      return "a call works in the worktree of " + call;
    }
  }

  record AppliedBefore(String call, Instant at, String path, String branch)
      implements WorktreeRefusal {
    @Override
    public String text() {
      return "%s was applied already, at %s.\nIts worktree is %s, its branch %s"
          .formatted(call, at, path, branch);
    }
  }

  record NothingChanged(String call) implements WorktreeRefusal {
    @Override
    public String text() {
      return call + " changed no file: there is nothing to apply";
    }
  }

  /** A patch can't carry what a submodule's new commits are. */
  record Submodules(List<String> paths, String worktree) implements WorktreeRefusal {
    @Override
    public String text() {
      return "submodules changed, whose commits are in the worktree alone: %s.\nTake them by hand from %s"
          .formatted(String.join(", ", paths), worktree);
    }
  }

  /**
   * Git, or the file system under it, did not do what was asked.
   *
   * @param problem as it was said for people
   */
  record GitFailed(String problem) implements WorktreeRefusal {
    @Override
    public String text() {
      return problem;
    }
  }

  /** The thread was interrupted before git was done. */
  record Interrupted() implements WorktreeRefusal {
    @Override
    public String text() {
      return "interrupted";
    }
  }
}
