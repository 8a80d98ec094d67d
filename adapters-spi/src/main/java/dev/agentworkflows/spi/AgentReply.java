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
}
