package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.limit.ProviderRateLimiter;
import dev.agentworkflows.coordinator.limit.ProviderRateLimiters;
import dev.agentworkflows.coordinator.price.Price;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentSession;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of whom.
 *
 * @param price of the model; empty where no budget is in money
 * @param patience how long the call waits for the provider
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
    Patience patience) {

  CallEvents events() {
    return admitted.scope().events();
  }

  ProviderRateLimiter pace(ProviderRateLimiters paces) {
    return paces.of(provider.name(), provider.requestsPerMinute(), provider.tokensPerMinute());
  }

  /** How long a pause that the provider asks for is waited for. */
  Duration maxPause() {
    Duration left = clock.left();
    return left.compareTo(patience.pauses()) < 0 ? left : patience.pauses();
  }

  @Nullable AgentSession session() {
    return agentCall.conversation().session();
  }

  /** The same with another call of the adapter; what it has waited for stays. */
  ProviderCall with(AgentCall other) {
    return new ProviderCall(
        call, admitted, target, provider, adapter, clock, other, prompt.of(other), price, patience);
  }
}
