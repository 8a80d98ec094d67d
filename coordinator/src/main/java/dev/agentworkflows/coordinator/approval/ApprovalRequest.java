package dev.agentworkflows.coordinator.approval;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a script asks a person.
 *
 * @param timeout null for a question that waits as long as the run goes on
 * @param defaultAnswer what holds when the time is over; null when nothing does
 * @param place where in the script's structure it is asked; 0 when the shim does not say
 */
public record ApprovalRequest(
    String question,
    @Nullable String label,
    @Nullable String phase,
    @Nullable Duration timeout,
    @Nullable Boolean defaultAnswer,
    long place) {

  /** What people may be shown, and so what cannot be a whole file. */
  private static final int MAX_LENGTH = 100_000;

  public ApprovalRequest {
    if (question.isBlank()) {
      throw new IllegalArgumentException("question: expected some text, found none");
    }
    if (question.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "question: expected at most %,d characters, found %,d"
              .formatted(MAX_LENGTH, question.length()));
    }
  }

  int length() {
    return question.length()
        + (label == null ? 0 : label.length())
        + (phase == null ? 0 : phase.length());
  }
}
