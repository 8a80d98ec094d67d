package dev.agentworkflows.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call as commands show it, without its texts.
 *
 * @param error why it failed; null for a call that did not
 * @param answeredBy for a hit: the id of the call whose answer stood in; its texts are this call's
 * @param completedAt null for a call that is not over
 */
public record CallRecord(
    CallIdentity identity,
    CallStatus status,
    @Nullable String error,
    CacheUse cache,
    AskedCall asked,
    KeptWorktree worktree,
    CallValidation validation,
    CallUsage usage,
    CallAttempts attempts,
    @Nullable String answeredBy,
    Instant createdAt,
    @Nullable Instant completedAt,
    CallProgress progress) {

  public String id() {
    return identity.id();
  }

  /** Null for a call that is out, or over, or that waits no longer than a moment. */
  public @Nullable CallWait waiting() {
    return progress.waiting();
  }
}
