package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.limit.LimitReachedException;
import org.jspecify.annotations.Nullable;

/**
 * A provider can't answer a call now, and another one might: it has refused no content and given no
 * wrong answer.
 */
final class CannotAnswerException extends Exception {

  private static final long serialVersionUID = 1L;

  private final TriedProvider.Kind kind;
  private final boolean nothingBegan;
  private final boolean later;
  private final transient @Nullable LimitReachedException limit;

  /**
   * @param nothingBegan whether it is certain that nobody works on the call
   * @param later whether it might answer after a pause that it asks for
   */
  CannotAnswerException(
      TriedProvider.Kind kind, boolean nothingBegan, boolean later, String message) {
    this(kind, nothingBegan, later, message, null);
  }

  private CannotAnswerException(
      TriedProvider.Kind kind,
      boolean nothingBegan,
      boolean later,
      String message,
      @Nullable LimitReachedException limit) {
    super(message, null, false, false);
    this.kind = kind;
    this.nothingBegan = nothingBegan;
    this.later = later;
    this.limit = limit;
  }

  /** The call was not sent, for its login has reached its limit. */
  static CannotAnswerException limited(String message, LimitReachedException limit) {
    return new CannotAnswerException(TriedProvider.Kind.USAGE_LIMITED, true, false, message, limit);
  }

  static CannotAnswerException unavailable(String message) {
    return new CannotAnswerException(TriedProvider.Kind.UNAVAILABLE, true, false, message);
  }

  TriedProvider.Kind kind() {
    return kind;
  }

  boolean nothingBegan() {
    return nothingBegan;
  }

  /** Whether it might answer after a pause that it asks for, and that was not waited for. */
  boolean later() {
    return later;
  }

  /** The limit for which the call could not wait; null where it is none, or the call was sent. */
  @Nullable LimitReachedException limit() {
    return limit;
  }
}
