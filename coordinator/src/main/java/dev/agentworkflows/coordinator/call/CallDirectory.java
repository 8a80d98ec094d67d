package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.worktree.Worktree;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a call works.
 *
 * @param worktree the one around {@code directory}, the call's own or another's; null when it works
 *     in the workspace
 */
record CallDirectory(Path directory, @Nullable Worktree worktree) {

  /**
   * What stays of a worktree when its call is over.
   *
   * @param path null when nothing stays
   * @param branch null when nothing stays
   */
  record KeptWorktree(@Nullable String path, @Nullable String branch, List<String> changedFiles) {
    static final KeptWorktree NOTHING = new KeptWorktree(null, null, List.of());
  }
}
