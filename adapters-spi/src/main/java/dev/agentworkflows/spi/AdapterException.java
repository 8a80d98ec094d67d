package dev.agentworkflows.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call has no answer. The message is for people: what happened, what to do; never a key, never a
 * whole prompt.
 */
public final class AdapterException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What the failure means for another try. */
  public enum Kind {
    /** The request surely never reached the provider: even a mutating call may be sent again. */
    NOT_SENT,
    /** Server error, lost connection: a read-only call may be sent again. */
    TRANSIENT,
    /**
     * The provider refused the call because too much is asked of it. A read-only call may be sent
     * again, and other calls to the provider go out more slowly.
     *
     * @since level 2
     */
    RATE_LIMITED,
    /** Another try would fail as well. */
    PERMANENT,
    /** The provider gave up on time. Not retried. */
    TIMEOUT
  }

  private final Kind kind;
  private final @Nullable Duration retryAfter;
  private final Usage usage;

  public AdapterException(Kind kind, String message) {
    this(kind, message, null, Usage.UNKNOWN, null);
  }

  /**
   * @param retryAfter how long the provider asks to wait before the next try; null when it does not
   *     say
   * @param usage what the failed attempt is billed all the same
   */
  public AdapterException(
      Kind kind,
      String message,
      @Nullable Duration retryAfter,
      Usage usage,
      @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = retryAfter;
    this.usage = usage;
  }

  /** What the failure means for another try. */
  public Kind kind() {
    return kind;
  }

  /** How long the provider asks to wait before the next try; null when it does not say. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** What the failed attempt is billed all the same. */
  public Usage usage() {
    return usage;
  }
}
