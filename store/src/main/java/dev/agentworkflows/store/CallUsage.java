package dev.agentworkflows.store;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What a call took from its provider, all attempts together; null for what nobody knows. */
public record CallUsage(
    @Nullable Long inputTokens,
    @Nullable Long outputTokens,
    @Nullable Long cacheReadTokens,
    @Nullable Long cacheWriteTokens,
    @Nullable BigDecimal estimatedCostUsd) {}
