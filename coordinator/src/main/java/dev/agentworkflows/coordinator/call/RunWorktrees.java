package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.worktree.Worktrees;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The worktrees of an open run, by the calls whose results lead to them: those that they were made
 * for, and those that went on in them. A run is carried by one coordinator, so that nobody else
 * adds to them. Thread-safe.
 */
final class RunWorktrees {

  /** A worktree that was made; whose turn it is may change it. */
  static final class Made {
    private final Worktrees.Plan plan;
    private volatile boolean standing = true;

    Made(Worktrees.Plan plan) {
      this.plan = plan;
    }

    Worktrees.Plan plan() {
      return plan;
    }

    /** False once it was removed, since nobody had changed anything. */
    boolean standing() {
      return standing;
    }

    void standing(boolean now) {
      standing = now;
    }
  }

  private final Map<String, Made> byCall = new ConcurrentHashMap<>();

  void add(String callId, Made worktree) {
    byCall.put(callId, worktree);
  }

  Optional<Made> of(String callId) {
    return Optional.ofNullable(byCall.get(callId));
  }
}
