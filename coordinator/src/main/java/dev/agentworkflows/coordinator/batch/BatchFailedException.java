package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.BatchRefusal;
import dev.agentworkflows.coordinator.Refusal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A provider did not do what was asked, or has not done it yet. The message is for people: what
 * happened, and what to do. Where what to do has another name in each frontend, there is a {@link
 * Refusal}.
 */
public final class BatchFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable Refusal refusal;

  BatchFailedException(BatchRefusal refusal, @Nullable Throwable cause) {
    super(refusal.followedBy("."), cause);
    this.refusal = refusal;
  }

  public BatchFailedException(String message) {
    this(message, null);
  }

  public BatchFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.refusal = null;
  }

  /** What happened, as facts; empty where the message says all. */
  public Optional<Refusal> refusal() {
    return Optional.ofNullable(refusal);
  }
}
