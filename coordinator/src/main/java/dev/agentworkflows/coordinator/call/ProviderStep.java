package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.limit.ProviderPermits;
import dev.agentworkflows.coordinator.limit.ProviderPermits.Permit;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.store.CallStatus;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Asks the provider once: budget, permit, attempts; and gives back what it took. */
final class ProviderStep {

  /**
   * Characters per token, roughly, in English text: what a prompt takes before anything is known.
   */
  private static final int CHARACTERS_PER_TOKEN = 4;

  private final Providers providers;
  private final ProviderPermits permits;
  private final Attempts attempts;

  ProviderStep(Providers providers, ProviderPermits permits, Attempts attempts) {
    this.providers = providers;
    this.permits = permits;
    this.attempts = attempts;
  }

  /** Completes with the answer, or with a {@link CallFailure} or what means one. */
  CompletableFuture<AgentReply> ask(
      InFlightCall call, AdmittedCall admitted, Path workingDirectory, String prompt) {
    Provider provider = admitted.provider();
    if (provider == null) {
      return failed(CallStatus.PROVIDER_FAILED, providers.unknown(admitted.providerName()));
    }
    Adapter adapter;
    try {
      adapter = provider.adapter();
    } catch (AdapterException e) {
      return failed(CallStatus.PROVIDER_FAILED, String.valueOf(e.getMessage()));
    }
    AgentCall agentCall = agentCall(admitted, provider, workingDirectory, prompt);
    BudgetLedger ledger = admitted.scope().ledger();
    return call.waitFor(ledger.reserve(admitted.tariff(), prompt.length() / CHARACTERS_PER_TOKEN))
        .thenCompose(reservation ->
            withPermit(call, provider, adapter, agentCall)
                .whenComplete((reply, failure) ->
                    admitted
                        .scope()
                        .settle(reservation, call.meter().takeUnsettled(), failure == null)));
  }

  private CompletableFuture<AgentReply> withPermit(
      InFlightCall call, Provider provider, Adapter adapter, AgentCall agentCall) {
    return call.waitFor(permits.acquire(provider.name(), provider.concurrency()))
        .thenCompose((Permit permit) ->
            attempts
                .run(call, adapter, agentCall)
                .whenComplete((reply, failure) -> permit.release()));
  }

  private static AgentCall agentCall(
      AdmittedCall admitted, Provider provider, Path workingDirectory, String prompt) {
    CallRequest request = admitted.request();
    String model = admitted.model();
    return new AgentCall(
        admitted.id(),
        prompt,
        admitted.schema() == null ? null : admitted.schema().canonicalJson(),
        model == null ? provider.defaultModel() : model,
        request.agentType(),
        workingDirectory,
        request.mutating(),
        request.readScope(),
        request.writeScope(),
        request.permissionsJson(),
        request.metadataJson(),
        admitted.timeout());
  }

  private static <T> CompletableFuture<T> failed(CallStatus status, String message) {
    return CompletableFuture.failedFuture(new CallFailure(status, message));
  }
}
