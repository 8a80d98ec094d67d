package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.store.Isolation;
import org.jspecify.annotations.Nullable;

/**
 * Where a script wants a call to work.
 *
 * @param worktreeOf the call of the same run whose worktree it works in; null for its own place
 */
public record Workplace(Isolation isolation, @Nullable String worktreeOf) {

  /** A place of the call's own: a worktree, or the workspace. */
  public static Workplace own(Isolation isolation) {
    return new Workplace(isolation, null);
  }
}
