package dev.agentworkflows.spi;

import org.jspecify.annotations.Nullable;

/**
 * How far a batch is.
 *
 * @param total how many questions it has; 0 while the provider has not counted them
 * @param succeeded how many of them are answered
 * @param failed how many will have no answer
 * @param problem what the provider says is wrong with the batch as a whole; null for nothing
 */
public record BatchState(
    Phase phase, long total, long succeeded, long failed, @Nullable String problem) {

  /** Where a batch is in its life. */
  public enum Phase {
    /** Waiting or being worked on, also while it is being cancelled. */
    IN_PROGRESS,
    /** Every question has its result. */
    ENDED,
    /** The provider refused it as a whole. */
    FAILED,
    /** The provider's time for it was over; there may be results for a part. */
    EXPIRED,
    /** Somebody cancelled it; there may be results for a part. */
    CANCELLED
  }

  /** Whether nothing will change any more. */
  public boolean isOver() {
    return phase != Phase.IN_PROGRESS;
  }
}
