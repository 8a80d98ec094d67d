package dev.agentworkflows.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A question that a script asked a person.
 *
 * @param runId the run that a person started; also of what its children asked
 * @param position from 1, in the order of asking
 * @param answeredBy what answered it, as people read it: "terminal", "approve", "default", the id
 *     of an earlier run; null while nothing has
 * @param place where in the script's structure it was asked; 0 when the shim does not say
 */
public record ApprovalRecord(
    String runId,
    int position,
    String question,
    @Nullable String label,
    @Nullable String phase,
    ApprovalStatus status,
    @Nullable String answeredBy,
    Instant askedAt,
    @Nullable Instant answeredAt,
    long place) {

  /** A question of a shim that knows no places. */
  public ApprovalRecord(
      String runId,
      int position,
      String question,
      @Nullable String label,
      @Nullable String phase,
      ApprovalStatus status,
      @Nullable String answeredBy,
      Instant askedAt,
      @Nullable Instant answeredAt) {
    this(runId, position, question, label, phase, status, answeredBy, askedAt, answeredAt, 0);
  }

  /** The same question, with its answer. */
  public ApprovalRecord answered(ApprovalStatus newStatus, String by, Instant at) {
    return new ApprovalRecord(
        runId, position, question, label, phase, newStatus, by, askedAt, at, place);
  }
}
