package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.spi.BatchState;
import java.util.Locale;

/** Where a batch is in its life, as far as it is known here. */
public enum BatchStatus {
  /** It is being sent, or its submission came to no known end. */
  SUBMITTING,
  IN_PROGRESS,
  ENDED,
  FAILED,
  EXPIRED,
  CANCELLED;

  /** As it is written in records and told to people. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static BatchStatus ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }

  static BatchStatus of(BatchState.Phase phase) {
    return switch (phase) {
      case IN_PROGRESS -> IN_PROGRESS;
      case ENDED -> ENDED;
      case FAILED -> FAILED;
      case EXPIRED -> EXPIRED;
      case CANCELLED -> CANCELLED;
    };
  }

  /** Whether the provider is done with it. */
  public boolean isOver() {
    return this != SUBMITTING && this != IN_PROGRESS;
  }
}
