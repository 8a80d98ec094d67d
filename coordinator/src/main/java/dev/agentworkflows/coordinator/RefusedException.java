package dev.agentworkflows.coordinator;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a person asked for cannot be done, and nothing was changed. Below the frontends it has a
 * {@link Refusal}, from which each frontend makes its message: one or two plain lines, where, what,
 * what to do. Only a frontend makes one of a text, which leaves it as it is.
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
