package dev.agentworkflows.coordinator.cache;

import dev.agentworkflows.store.CacheStatus;
import org.jspecify.annotations.Nullable;

/**
 * Why a call was or was not answered from memory.
 *
 * @param reason for people, one short line
 */
public record CacheReason(
    int callIndex,
    String callId,
    @Nullable String label,
    @Nullable String phase,
    CacheStatus cacheStatus,
    String reason) {}
