package dev.agentworkflows.coordinator.cache;

import org.jspecify.annotations.Nullable;

/**
 * Why a call was or was not answered from memory.
 *
 * @param cacheStatus {@code hit}, {@code miss}, {@code bypassed} or {@code disabled}
 * @param reason for people, one short line
 */
public record CacheReason(
    int callIndex,
    String callId,
    @Nullable String label,
    @Nullable String phase,
    String cacheStatus,
    String reason) {}
