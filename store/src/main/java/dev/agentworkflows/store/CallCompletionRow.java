package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended.
 *
 * @param status anything but {@link CallStatus#RUNNING}
 * @param model the provider's own name of the model, where it gave one
 * @param validationStatus null without a schema
 * @param validationErrorsJson a JSON array of {@code {"path","message"}}; null for none
 * @param attempts how often the provider was asked
 * @param queueMs waiting for budget and permits, milliseconds
 * @param durationMs the provider's time alone, milliseconds
 * @param text the answer; null when there is none
 * @param valueJson the validated answer; null without a schema
 * @param remember whether this answer may stand in for later calls with the same key
 * @param session where a later call may go on; null when the provider keeps nothing of it
 */
public record CallCompletionRow(
    String id,
    CallStatus status,
    @Nullable String model,
    @Nullable String worktreePath,
    @Nullable String worktreeBranch,
    List<String> changedFiles,
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
    @Nullable String text,
    @Nullable String valueJson,
    @Nullable String error,
    Instant completedAt,
    Remember remember,
    @Nullable AnswerSession session) {

  /** What becomes of an answer. */
  public enum Remember {
    NO,
    /** It is another sample of its key. */
    ADD,
    /** It takes the place of the sample that had its number. */
    REPLACE
  }

  public CallCompletionRow {
    changedFiles = List.copyOf(changedFiles);
  }
}
