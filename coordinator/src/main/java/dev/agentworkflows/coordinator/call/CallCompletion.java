package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.schema.Violation;
import dev.agentworkflows.store.AnswerSession;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.KeptWorktree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a paid call ended, before it is recorded.
 *
 * @param text the provider's last answer; null when there was none
 * @param valueJson what of it satisfied the schema
 * @param violations what of it broke the schema
 * @param validations how many answers were held against the schema
 * @param left what stays of the call's worktree
 * @param session the provider's side of the conversation; null when it keeps none
 */
record CallCompletion(
    CallStatus status,
    @Nullable String text,
    @Nullable String model,
    @Nullable String valueJson,
    List<Violation> violations,
    int validations,
    @Nullable String error,
    KeptWorktree left,
    @Nullable AnswerSession session) {

  CallCompletion(
      CallStatus status,
      @Nullable String text,
      @Nullable String model,
      @Nullable String valueJson,
      List<Violation> violations,
      int validations,
      @Nullable String error) {
    this(
        status, text, model, valueJson, violations, validations, error, KeptWorktree.NOTHING, null);
  }

  /** The same ending, of a call whose provider keeps the conversation. */
  CallCompletion in(@Nullable AnswerSession newSession) {
    return new CallCompletion(
        status, text, model, valueJson, violations, validations, error, left, newSession);
  }

  /** The same ending, with what stays of the worktree. */
  CallCompletion leaving(KeptWorktree newLeft) {
    return new CallCompletion(
        status, text, model, valueJson, violations, validations, error, newLeft, session);
  }

  static CallCompletion failed(CallFailure failure) {
    return new CallCompletion(
        failure.status(), null, null, null, List.of(), 0, failure.getMessage());
  }
}
