package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.schema.Violation;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.ValidationStatus;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a script gets back from {@code agent()}; durable.
 *
 * @param valueJson the validated answer; null without a schema or when it broke it
 * @param cacheKey null for a mutating call
 * @param validationStatus null without a schema
 * @param durationMs the provider's time alone
 */
public record CallResult(
    String callId,
    CallStatus status,
    @Nullable String text,
    @Nullable String valueJson,
    @Nullable String error,
    @Nullable String label,
    @Nullable String phase,
    String provider,
    @Nullable String model,
    @Nullable String agentType,
    CacheStatus cacheStatus,
    @Nullable String cacheKey,
    @Nullable String schemaHash,
    @Nullable ValidationStatus validationStatus,
    List<Violation> validationErrors,
    int validationAttempts,
    Usage usage,
    @Nullable BigDecimal estimatedCostUsd,
    long durationMs,
    Isolation isolation,
    @Nullable String worktreePath,
    @Nullable String worktreeBranch,
    List<String> changedFiles) {

  public CallResult {
    validationErrors = List.copyOf(validationErrors);
    changedFiles = List.copyOf(changedFiles);
  }
}
