package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.limit.LimitPatience;
import dev.agentworkflows.coordinator.limit.ProviderRateLimiter;
import dev.agentworkflows.coordinator.limit.ProviderRateLimiters;
import dev.agentworkflows.coordinator.option.CheckedOptions;
import dev.agentworkflows.coordinator.price.Price;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.Conversation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of whom.
 *
 * @param price of the model; empty where no budget is in money
 * @param patience how long the call waits for the provider's usage limit
 */
record ProviderCall(
    InFlightCall call,
    AdmittedCall admitted,
    Target target,
    Provider provider,
    Adapter adapter,
    CallClock clock,
    AgentCall agentCall,
    PromptSize prompt,
    Optional<Price> price,
    LimitPatience patience) {

  /** Roughly, in English text: what a prompt takes before anything is known. */
  private static final int CHARACTERS_PER_TOKEN = 4;

  CallEvents events() {
    return admitted.scope().events();
  }

  ProviderRateLimiter pace(ProviderRateLimiters paces) {
    return paces.of(provider.name(), provider.requestsPerMinute(), provider.tokensPerMinute());
  }

  /** For the pace: what the request takes, without its answer. */
  long promptTokens() {
    CheckedOptions options = admitted.options();
    String system = options.system();
    long characters = agentCall.prompt().length() + (system == null ? 0 : system.length());
    for (Conversation.Turn turn : agentCall.conversation().turns()) {
      characters += turn.prompt().length() + turn.answer().length();
    }
    return characters / CHARACTERS_PER_TOKEN + options.estimatedTokens();
  }

  @Nullable AgentSession session() {
    return agentCall.conversation().session();
  }

  /** The same with another call of the adapter; what it has waited for stays. */
  ProviderCall with(AgentCall other) {
    return new ProviderCall(
        call,
        admitted,
        target,
        provider,
        adapter,
        clock,
        other,
        new PromptSize(other, admitted.options()),
        price,
        patience);
  }
}
