package dev.agentworkflows.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stays of a worktree when its call is over.
 *
 * @param path null when nothing stays
 * @param branch null when nothing stays
 */
public record KeptWorktree(
    @Nullable String path, @Nullable String branch, List<String> changedFiles) {

  public static final KeptWorktree NOTHING = new KeptWorktree(null, null, List.of());

  public KeptWorktree {
    changedFiles = List.copyOf(changedFiles);
  }
}
