package dev.agentworkflows.coordinator.limit;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A usage limit resets later than a call can wait. */
public final class LimitReachedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable Instant resetsAt;

  LimitReachedException(@Nullable Instant resetsAt) {
    super("a usage limit is reached");
    this.resetsAt = resetsAt;
  }

  /** Empty when nobody says. */
  public Optional<Instant> resetsAt() {
    return Optional.ofNullable(resetsAt);
  }
}
