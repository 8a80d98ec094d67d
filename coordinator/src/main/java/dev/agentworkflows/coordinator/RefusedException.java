package dev.agentworkflows.coordinator;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a person asked for cannot be done, and nothing was changed. The message is one or two plain
 * lines: where, what, what to do. Where what to do has another name in each frontend, there is a
 * {@link Refusal}, from which the frontend makes its message.
 */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable Refusal refusal;

  public RefusedException(Refusal refusal) {
    this(refusal, null);
  }

  public RefusedException(Refusal refusal, @Nullable Throwable cause) {
    super(refusal.followedBy("."), cause);
    this.refusal = refusal;
  }

  public RefusedException(String message) {
    this(message, null);
  }

  public RefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.refusal = null;
  }

  /** Why, as facts; empty where the message says all. */
  public Optional<Refusal> refusal() {
    return Optional.ofNullable(refusal);
  }
}
