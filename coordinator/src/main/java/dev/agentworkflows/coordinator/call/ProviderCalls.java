package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.price.Price;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.spi.SchemaPrompt;
import dev.agentworkflows.store.CallStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes of a call what one provider is asked. */
final class ProviderCalls {

  private final Providers providers;
  private final Prices prices;
  private final ConversationStep conversations;
  private final Timing timing;

  ProviderCalls(Providers providers, Prices prices, ConversationStep conversations, Timing timing) {
    this.providers = providers;
    this.prices = prices;
    this.conversations = conversations;
    this.timing = timing;
  }

  /** What is asked, with what was said before in the form that this provider takes. */
  CompletableFuture<ProviderCall> prepare(PromptedCall prompted, Target target, Patience patience) {
    try {
      ProviderCall question = of(prompted, target, patience);
      return conversations
          .prepare(question.call(), question.admitted(), question.provider(), question.agentCall())
          .thenApply(question::with);
    } catch (CannotAnswerException | CallFailure e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private ProviderCall of(PromptedCall prompted, Target target, Patience patience)
      throws CannotAnswerException, CallFailure {
    Provider provider = target.provider();
    if (provider == null) {
      throw CannotAnswerException.unavailable(providers.unknown(target.name()).text());
    }
    AdmittedCall admitted = prompted.admitted();
    String unsupported = UnsupportedOptions.problem(providers, provider, admitted);
    if (unsupported != null) {
      // A wrong request, as with a provider that is asked alone: no outage that another makes good.
      throw new CallFailure(CallStatus.PROVIDER_FAILED, unsupported);
    }
    Adapter adapter;
    try {
      adapter = provider.adapter();
    } catch (AdapterException e) {
      throw CannotAnswerException.unavailable(provider.name() + ": " + e.getMessage());
    }
    String model = target.model();
    if (model == null && provider.needsModel()) {
      throw CannotAnswerException.unavailable(
          provider.name() + " has no default_model: name a model for the call or for the run");
    }
    BudgetLimits limits = admitted.scope().ledger().limits();
    Optional<Price> price =
        limits.totalCostUsd() == null
            ? Optional.empty()
            : prices.find(provider.allNames(), model == null ? "" : model);
    String unpriced = Unpriced.problem(limits, prices, provider, model, price);
    if (unpriced != null) {
      throw CannotAnswerException.unavailable(unpriced);
    }
    if (UnsupportedOptions.leavesEffortOut(provider, admitted)) {
      admitted
          .scope()
          .events()
          .warning(
              admitted.id(),
              provider.name() + " takes no effort: its calls go out as if none was asked for");
    }
    InFlightCall call = prompted.call();
    AgentCall agentCall = agentCall(prompted, provider, model);
    return new ProviderCall(
        call,
        admitted,
        target,
        provider,
        adapter,
        call.clock(() -> timing.clock(call, admitted.timeout())),
        agentCall,
        new PromptSize(agentCall, admitted.options(), !takesSchema(provider, admitted)),
        price,
        patience);
  }

  private static AgentCall agentCall(
      PromptedCall prompted, Provider provider, @Nullable String model) {
    AdmittedCall admitted = prompted.admitted();
    CallDirectory place = prompted.place();
    String prompt = prompted.prompt();
    CallRequest request = admitted.request();
    // As the author wrote it: a model writes the properties in the order in which it reads them.
    String schema = admitted.schema() == null ? null : admitted.schema().json();
    String asked =
        schema == null || takesSchema(provider, admitted)
            ? prompt
            : SchemaPrompt.of(prompt, schema);
    return AgentCall.builder(admitted.id(), asked, place.directory())
        .schema(schema)
        .model(model)
        .agentType(request.routing().agentType())
        .worktree(place.worktree() == null ? null : place.worktree().path())
        .mutating(request.mutating())
        .scopes(request.rights().readScope(), request.rights().writeScope())
        .permissions(request.rights().permissionsJson())
        .metadata(request.task().metadataJson())
        .timeout(admitted.timeout())
        .build();
  }

  private static boolean takesSchema(Provider provider, AdmittedCall admitted) {
    return provider.can(Capability.NATIVE_SCHEMA, admitted.request().mutating());
  }

  /** The same with its history as text, since its session can't be gone on with. */
  ProviderCall withoutSession(ProviderCall question, String why) {
    return question.with(
        conversations.withoutSession(
            question.admitted(), question.provider(), question.agentCall(), why));
  }
}
