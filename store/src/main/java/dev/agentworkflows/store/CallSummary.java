package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A call as whoever follows its run needs to know it, many times a minute. */
public record CallSummary(
    String id,
    @Nullable String label,
    @Nullable String phase,
    CallStatus status,
    CacheStatus cacheStatus,
    @Nullable Long inputTokens,
    @Nullable Long outputTokens,
    @Nullable BigDecimal estimatedCostUsd,
    Instant createdAt) {}
