package dev.agentworkflows.coordinator.batch;

import org.jspecify.annotations.Nullable;

/**
 * A provider did not do what was asked, or has not done it yet. The message is for people: what
 * happened, and what to do.
 */
public final class BatchFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BatchFailedException(String message) {
    this(message, null);
  }

  public BatchFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
