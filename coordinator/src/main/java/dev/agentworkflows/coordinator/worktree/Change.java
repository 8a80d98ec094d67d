package dev.agentworkflows.coordinator.worktree;

import org.jspecify.annotations.Nullable;

/**
 * One place that is not as the worktree's agent got it.
 *
 * @param name from the worktree's top
 * @param before null when there was nothing
 * @param after null when there is nothing any more
 */
record Change(String name, @Nullable Entry before, @Nullable Entry after) {

  boolean isDeletion() {
    return after == null;
  }
}
