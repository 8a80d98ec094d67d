package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call as commands show it, without its texts. See {@link CallStart} and {@link
 * CallCompletionRow} for the fields.
 *
 * @param answeredBy for a hit: the id of the call whose answer stood in; its texts are this call's
 * @param continues the id of the call in whose conversation it goes on; null when it begins one
 */
public record CallRecord(
    String id,
    String runId,
    int callIndex,
    @Nullable String label,
    @Nullable String phase,
    CallStatus status,
    CacheStatus cacheStatus,
    @Nullable String callKey,
    int occurrence,
    @Nullable String keyPartsJson,
    String provider,
    @Nullable String model,
    @Nullable String agentType,
    Isolation isolation,
    boolean mutating,
    @Nullable String worktreePath,
    @Nullable String worktreeBranch,
    List<String> changedFiles,
    @Nullable String schemaHash,
    @Nullable ValidationStatus validationStatus,
    @Nullable String validationErrorsJson,
    int validationAttempts,
    @Nullable Long inputTokens,
    @Nullable Long outputTokens,
    @Nullable Long cacheReadTokens,
    @Nullable Long cacheWriteTokens,
    @Nullable BigDecimal estimatedCostUsd,
    int attempts,
    long queueMs,
    long durationMs,
    @Nullable String error,
    @Nullable String answeredBy,
    Instant createdAt,
    @Nullable Instant completedAt,
    CallProgress progress,
    @Nullable String continues) {

  /** Null for a call that is out, or over, or that waits no longer than a moment. */
  public @Nullable CallWait waiting() {
    return progress.waiting();
  }
}
