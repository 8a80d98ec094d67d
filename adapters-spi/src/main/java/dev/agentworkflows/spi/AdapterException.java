package dev.agentworkflows.spi;

import java.math.BigDecimal;
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
    /**
     * What another try may not meet again: an error of the server's, an overload, a lost
     * connection, an answer that can't be read or holds nothing. A read-only call is sent again,
     * and another provider may be asked when that does not help; people read it as {@code
     * overloaded}. A mutating call only where nothing began ({@link AdapterException#beforeWork}),
     * as when an overloaded server turned it away.
     */
    TRANSIENT,
    /**
     * The provider refused the call because too much is asked of it. A read-only call is sent
     * again, a mutating one where nothing began ({@link AdapterException#beforeWork}), and other
     * calls to the provider go out more slowly. Another provider may be asked when that does not
     * help.
     *
     * @since level 2
     */
    RATE_LIMITED,
    /**
     * A limit of the login is reached that fills again by itself: {@link UsageLimit}. Made by
     * {@link #usageLimited}. All calls to the login wait for its reset, and this one goes again
     * then.
     *
     * @since level 4
     */
    USAGE_LIMITED,
    /**
     * The account has no money or no quota left, and waiting does not help. Another try would be
     * refused as well.
     *
     * @since level 4
     */
    EXHAUSTED,
    /**
     * The agent was stopped at {@link CallContext#maxCostUsd}: what was set aside for it of the
     * run's budget is spent, and the call ends as one for which the budget is too small. Neither is
     * it sent again, nor is another provider asked.
     *
     * @since level 5
     */
    BUDGET_REACHED,
    /**
     * The provider can't be asked from here: its program is not installed, there is no key, or
     * nobody is logged in. Surely nothing began. Another try would fail as well, until a person has
     * changed something; another provider may be asked.
     *
     * @since level 5
     */
    UNAVAILABLE,
    /** Another try would fail as well. */
    PERMANENT,
    /**
     * The model, or a filter of the provider's, will not answer this for what it says. Another try
     * would be refused as well.
     *
     * @since level 3
     */
    REFUSED,
    /** The provider gave up on time. Not retried. */
    TIMEOUT,
    /**
     * The provider does not have the session {@link Conversation#session()}, or not here, and
     * surely began nothing. The call goes again without it, with its earlier turns as text.
     *
     * @since level 5
     */
    SESSION_LOST
  }

  private final Kind kind;
  private final @Nullable Duration retryAfter;
  private final Usage usage;
  private final @Nullable BigDecimal costUsd;
  private final boolean billed;
  private final transient @Nullable UsageLimit usageLimit;
  private final boolean beforeWork;

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
    this(kind, message, retryAfter, usage, null, false, null, false, cause);
  }

  private AdapterException(
      Kind kind,
      @Nullable String message,
      @Nullable Duration retryAfter,
      Usage usage,
      @Nullable BigDecimal costUsd,
      boolean billed,
      @Nullable UsageLimit usageLimit,
      boolean beforeWork,
      @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = retryAfter;
    this.usage = usage;
    this.costUsd = ReportedNumbers.usd(costUsd);
    this.billed = billed;
    this.usageLimit = usageLimit;
    this.beforeWork = beforeWork;
  }

  /**
   * A failure of kind {@link Kind#USAGE_LIMITED}.
   *
   * @since level 4
   */
  public static AdapterException usageLimited(String message, UsageLimit limit, Usage usage) {
    return new AdapterException(
        Kind.USAGE_LIMITED, message, null, usage, null, false, limit, false, null);
  }

  /**
   * The same failure, of an attempt that is billed all the same: the model has worked. Where the
   * provider does not say what it took ({@link Usage#UNKNOWN}), the coordinator estimates it.
   *
   * @param newCostUsd what the provider says that the attempt cost, in US dollars; null when it
   *     does not say
   * @since level 3
   */
  public AdapterException billed(Usage newUsage, @Nullable BigDecimal newCostUsd) {
    return new AdapterException(
        kind,
        getMessage(),
        retryAfter,
        newUsage,
        newCostUsd,
        true,
        usageLimit,
        beforeWork,
        getCause());
  }

  /**
   * The same failure in other words, without a cause: for adapters that take secrets out.
   *
   * @since level 3
   */
  public AdapterException withMessage(String message) {
    return new AdapterException(
        kind, message, retryAfter, usage, costUsd, billed, usageLimit, beforeWork, null);
  }

  /**
   * The same failure, of an attempt that certainly did no work: even a mutating call may be sent
   * again, or asked of another provider, then. For {@link Kind#USAGE_LIMITED} the {@link
   * UsageLimit} says it. One that is {@link #billed} has worked, whatever else is said of it.
   *
   * @since level 5
   */
  public AdapterException beforeWork() {
    return new AdapterException(
        kind, getMessage(), retryAfter, usage, costUsd, billed, usageLimit, true, getCause());
  }

  /** What the failure means for another try. */
  public Kind kind() {
    return kind;
  }

  /** How long the provider asks to wait before the next try; null when it does not say. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /**
   * What the failed attempt is billed all the same. {@link Usage#UNKNOWN} of a failure with kind
   * {@link Kind#TRANSIENT} or {@link Kind#TIMEOUT} is no proof that it was free: the coordinator
   * counts an estimate of its prompt. An adapter that knows that nothing was billed says so with
   * zeros.
   */
  public Usage usage() {
    return usage;
  }

  /**
   * What the provider says that the failed attempt cost, in US dollars; null when it does not say.
   *
   * @since level 3
   */
  public @Nullable BigDecimal costUsd() {
    return costUsd;
  }

  /**
   * Whether the attempt is surely billed, also when nobody says what it took.
   *
   * @since level 3
   */
  public boolean isBilled() {
    return billed;
  }

  /**
   * The limit that was reached; null for other kinds, and where an adapter tells nothing of it.
   *
   * @since level 4
   */
  public @Nullable UsageLimit usageLimit() {
    return usageLimit;
  }

  /**
   * Whether it is certain that the attempt did no work.
   *
   * @since level 5
   */
  public boolean nothingBegan() {
    return !billed
        && (beforeWork
            || kind == Kind.NOT_SENT
            || kind == Kind.UNAVAILABLE
            || kind == Kind.SESSION_LOST
            || (usageLimit != null && usageLimit.nothingBegan()));
  }
}
