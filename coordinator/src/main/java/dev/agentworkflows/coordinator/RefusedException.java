package dev.agentworkflows.coordinator;

import org.jspecify.annotations.Nullable;

/**
 * What a person asked for cannot be done, and nothing was changed. The message is one or two plain
 * lines: where, what, what to do.
 */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public RefusedException(String message) {
    this(message, null);
  }

  public RefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
