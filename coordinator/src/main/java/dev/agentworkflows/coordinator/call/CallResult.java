package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.store.AskedCall;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.CallUsage;
import dev.agentworkflows.store.KeptWorktree;
import org.jspecify.annotations.Nullable;

/**
 * What a script gets back from {@code agent()}; durable.
 *
 * @param valueJson the validated answer; null without a schema or when it broke it
 * @param asked with the provider that answered, and the name that it gave its model
 * @param cacheKey null for a mutating call
 * @param durationMs the provider's time alone
 */
public record CallResult(
    CallIdentity identity,
    CallStatus status,
    @Nullable String text,
    @Nullable String valueJson,
    @Nullable String error,
    AskedCall asked,
    CacheStatus cacheStatus,
    @Nullable String cacheKey,
    AnswerValidation validation,
    CallUsage usage,
    long durationMs,
    KeptWorktree worktree) {

  public String callId() {
    return identity.id();
  }
}
