package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param status anything but {@link RunStatus#RUNNING}
 * @param outputJson what {@code main} returned; null when it did not return
 */
public record RunCompletionRow(
    String runId,
    RunStatus status,
    @Nullable String outputJson,
    @Nullable String errorKind,
    @Nullable String errorMessage,
    @Nullable String traceback,
    long spentTokens,
    BigDecimal spentCostUsd,
    Instant completedAt) {}
