package dev.agentworkflows.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended.
 *
 * @param status anything but {@link CallStatus#RUNNING}
 * @param model the provider's own name of the model, where it gave one
 * @param text the answer; null when there is none
 * @param valueJson the validated answer; null without a schema
 * @param remember whether this answer may stand in for later calls with the same key
 * @param session where a later call may go on; null when the provider keeps nothing of it
 */
public record CallCompletionRow(
    String id,
    CallStatus status,
    @Nullable String model,
    KeptWorktree worktree,
    CallValidation validation,
    CallUsage usage,
    CallAttempts attempts,
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
}
