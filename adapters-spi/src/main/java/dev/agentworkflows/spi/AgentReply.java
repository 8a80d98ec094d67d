package dev.agentworkflows.spi;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A provider's answer.
 *
 * @param text the answer as the provider gave it; for a call with a schema, the text that holds the
 *     JSON
 * @param model the provider's own name of the model that answered; null when it does not say
 * @param usage what the provider counted
 * @param costUsd what the provider says that the call cost, in US dollars; null when it does not
 *     say, and the coordinator computes it from its price table; an amount that can't be true
 *     (negative, or above 100,000) becomes null
 * @param session where a later call may go on; null when the provider keeps nothing of the call.
 *     Since level 5, for adapters with {@link Capability#SESSIONS}
 */
public record AgentReply(
    String text,
    @Nullable String model,
    Usage usage,
    @Nullable BigDecimal costUsd,
    @Nullable AgentSession session) {

  public AgentReply {
    costUsd = ReportedNumbers.usd(costUsd);
  }

  /** An answer of which the provider keeps nothing. */
  public AgentReply(
      String text, @Nullable String model, Usage usage, @Nullable BigDecimal costUsd) {
    this(text, model, usage, costUsd, null);
  }

  /**
   * A reply of which nothing is known but its text. A later level adds methods to the builder, and
   * breaks nobody who makes replies in this way.
   *
   * @since level 5
   */
  public static Builder builder(String text) {
    return new Builder(text);
  }

  /**
   * Makes replies.
   *
   * @since level 5
   */
  public static final class Builder {

    private final String text;
    private @Nullable String model;
    private Usage usage = Usage.UNKNOWN;
    private @Nullable BigDecimal costUsd;
    private @Nullable AgentSession session;

    private Builder(String text) {
      this.text = text;
    }

    public Builder model(@Nullable String newModel) {
      model = newModel;
      return this;
    }

    public Builder usage(Usage newUsage) {
      usage = newUsage;
      return this;
    }

    public Builder costUsd(@Nullable BigDecimal newCostUsd) {
      costUsd = newCostUsd;
      return this;
    }

    public Builder session(@Nullable AgentSession newSession) {
      session = newSession;
      return this;
    }

    public AgentReply build() {
      return new AgentReply(text, model, usage, costUsd, session);
    }
  }
}
