package dev.agentworkflows.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An isolated call's git worktree.
 *
 * @param repository the repository's common git directory, absolute
 * @param path the worktree's top, absolute
 * @param branch made for the call, without {@code refs/heads/}
 * @param baseCommit what the worktree was made from, as a full object id
 * @param standing false once worktree and branch are removed; nothing may be left of one that is
 *     true either, when its coordinator died
 * @param appliedAt when its changes were brought into the workspace; null when they were not
 * @param appliedDigest of what was brought in; null when nothing was
 */
public record WorktreeRecord(
    String callId,
    String repository,
    String path,
    String branch,
    String baseCommit,
    boolean standing,
    @Nullable Instant appliedAt,
    @Nullable String appliedDigest) {

  /** One that is about to be made. */
  public static WorktreeRecord planned(
      String callId, String repository, String path, String branch, String baseCommit) {
    return new WorktreeRecord(callId, repository, path, branch, baseCommit, true, null, null);
  }
}
