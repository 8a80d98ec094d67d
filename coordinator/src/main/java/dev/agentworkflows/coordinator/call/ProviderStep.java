package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.limit.ProviderPace;
import dev.agentworkflows.coordinator.limit.ProviderPaces;
import dev.agentworkflows.coordinator.limit.ProviderPermits;
import dev.agentworkflows.coordinator.limit.RetrySchedule;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.schema.SchemaPrompt;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.store.CallStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Gets an answer from the provider. Each attempt has its own reservation and permit: what a refused
 * attempt cost is settled before the next one goes out, and a pause keeps nobody else waiting.
 */
final class ProviderStep {

  /**
   * Characters per token, roughly, in English text: what a prompt takes before anything is known.
   */
  private static final int CHARACTERS_PER_TOKEN = 4;

  private final Providers providers;
  private final Prices prices;
  private final ProviderPermits permits;
  private final ProviderPaces paces;
  private final Redactor redactor;
  private final RetrySchedule retries;
  private final Executor threads;
  private final Timing timing;

  ProviderStep(
      Providers providers,
      Prices prices,
      ProviderPermits permits,
      ProviderPaces paces,
      Redactor redactor,
      RetrySchedule retries,
      Executor threads,
      Timing timing) {
    this.providers = providers;
    this.prices = prices;
    this.permits = permits;
    this.paces = paces;
    this.redactor = redactor;
    this.retries = retries;
    this.threads = threads;
    this.timing = timing;
  }

  /** What is asked of whom. */
  private record Question(
      InFlightCall call,
      AdmittedCall admitted,
      Provider provider,
      Adapter adapter,
      CallClock clock,
      AgentCall agentCall) {

    CallEvents events() {
      return admitted.scope().events();
    }

    ProviderPace pace(ProviderPaces paces) {
      return paces.of(provider.name(), provider.requestsPerMinute(), provider.tokensPerMinute());
    }

    long promptTokens() {
      return agentCall.prompt().length() / CHARACTERS_PER_TOKEN;
    }
  }

  /** Completes with the answer, or with a {@link CallFailure} or what means one. */
  CompletableFuture<AgentReply> ask(
      InFlightCall call, AdmittedCall admitted, CallPlace place, String prompt) {
    Provider provider = admitted.provider();
    if (provider == null) {
      return failed(CallStatus.PROVIDER_FAILED, providers.unknown(admitted.providerName()));
    }
    Adapter adapter;
    try {
      adapter = provider.adapter();
    } catch (AdapterException e) {
      return failed(CallStatus.PROVIDER_FAILED, provider.name() + ": " + e.getMessage());
    }
    if (admitted.model() == null && provider.needsModel()) {
      return failed(
          CallStatus.PROVIDER_FAILED,
          provider.name() + " has no default_model: name a model with model= or --model");
    }
    CallClock clock = call.clock(() -> timing.clock(call, admitted.timeout()));
    AgentCall agentCall = agentCall(admitted, provider, place, prompt);
    return ask(new Question(call, admitted, provider, adapter, clock, agentCall), 1);
  }

  private CompletableFuture<AgentReply> ask(Question question, int attempt) {
    return attempt(question)
        .handle((reply, failure) ->
            failure == null
                ? CompletableFuture.completedFuture(reply)
                : askAgain(question, attempt, failure))
        .thenCompose(answer -> answer);
  }

  private CompletableFuture<AgentReply> askAgain(
      Question question, int attempt, Throwable failure) {
    Throwable cause = CallFailure.cause(failure);
    if (cause instanceof ProviderPace.ClosedException closed) {
      return failed(
          CallStatus.PROVIDER_FAILED,
          "%s takes no calls for another %d s, longer than this one has: it has refused too many"
              .formatted(question.provider().name(), closed.closedFor().toSeconds()));
    }
    if (!(cause instanceof AdapterException refused)) {
      return CompletableFuture.failedFuture(cause);
    }
    Optional<Duration> pause =
        retries
            .pauseAfter(attempt, question.agentCall().mutating(), refused)
            .filter(wait -> wait.compareTo(question.clock().left()) < 0);
    if (pause.isEmpty()) {
      return failed(
          refused.kind() == AdapterException.Kind.TIMEOUT
              ? CallStatus.TIMEOUT
              : CallStatus.PROVIDER_FAILED,
          String.valueOf(refused.getMessage()));
    }
    if (refused.kind() == AdapterException.Kind.RATE_LIMITED) {
      question.clock().stop();
    }
    question
        .events()
        .retrying(
            question.admitted().id(), attempt, String.valueOf(refused.getMessage()), pause.get());
    return question
        .call()
        .waitFor(timing.pause(pause.get()))
        .thenCompose(over -> ask(question, attempt + 1));
  }

  /** Budget, permit, turn, provider; and back with what was taken. */
  private CompletableFuture<AgentReply> attempt(Question question) {
    AdmittedCall admitted = question.admitted();
    InFlightCall call = question.call();
    question.clock().stop();
    return call.waitFor(
            admitted.scope().ledger().reserve(admitted.tariff(), question.promptTokens()))
        .thenCompose(reservation ->
            withPermit(question)
                .whenComplete((reply, failure) ->
                    admitted
                        .scope()
                        .settle(reservation, call.meter().takeUnsettled(), failure == null)));
  }

  private CompletableFuture<AgentReply> withPermit(Question question) {
    Provider provider = question.provider();
    return question
        .call()
        .waitFor(
            permits.acquire(
                provider.name(), provider.concurrency(), question.admitted().scope().runId()))
        .thenCompose(permit -> inTurn(question).whenComplete((reply, failure) -> permit.release()));
  }

  private CompletableFuture<AgentReply> inTurn(Question question) {
    return question
        .call()
        .waitFor(question.pace(paces).turn(question.promptTokens(), question.clock().left()))
        .thenCompose(turn ->
            dispatch(question)
                .whenComplete((reply, failure) -> tell(question, turn, reply, failure)));
  }

  /** What one call learns of a provider's limits holds for all. */
  private void tell(
      Question question,
      ProviderPace.Turn turn,
      @Nullable AgentReply reply,
      @Nullable Throwable failure) {
    if (reply != null) {
      turn.taken(reply.usage().billedTokens());
      return;
    }
    Throwable cause = failure == null ? null : CallFailure.cause(failure);
    if (!(cause instanceof AdapterException refused)) {
      turn.taken(0);
    } else if (refused.kind() == AdapterException.Kind.RATE_LIMITED) {
      turn.refused(refused.retryAfter());
      warnOfLimit(question);
      tellOfPause(question);
    } else {
      turn.taken(refused.usage().billedTokens());
      if (refused.retryAfter() != null) {
        question.pace(paces).close(refused.retryAfter());
        tellOfPause(question);
      }
    }
  }

  private static void warnOfLimit(Question question) {
    CallScope scope = question.admitted().scope();
    String name = question.provider().name();
    if (scope.mayWarn("rate limit of " + name)) {
      scope
          .events()
          .warning(
              question.admitted().id(),
              name
                  + " has refused a call (rate limit): calls to it go out more slowly from now on");
    }
  }

  private void tellOfPause(Question question) {
    Duration closed = question.pace(paces).closedFor();
    if (!closed.isZero()) {
      question.events().pausing(question.provider().name(), closed);
    }
  }

  private CompletableFuture<AgentReply> dispatch(Question question) {
    if (question.adapter().answersAtOnce(question.agentCall())) {
      return start(question);
    }
    AdmittedCall call = question.admitted();
    question.clock().start();
    question.events().out(call.id(), call.request().label(), call.request().phase());
    return start(question).whenComplete((reply, failure) -> question.events().back(call.id()));
  }

  private CompletableFuture<AgentReply> start(Question question) {
    return Attempt.start(
        question.call(),
        question.adapter(),
        question.agentCall(),
        new Billing(question.call().meter(), question.admitted(), question.provider(), prices),
        number ->
            new AttemptContext(
                number,
                question.admitted(),
                redactor,
                pause -> {
                  question.pace(paces).close(pause);
                  tellOfPause(question);
                }),
        threads,
        timing.timer());
  }

  private static AgentCall agentCall(
      AdmittedCall admitted, Provider provider, CallPlace place, String prompt) {
    CallRequest request = admitted.request();
    String schema = admitted.schema() == null ? null : admitted.schema().canonicalJson();
    return new AgentCall(
        admitted.id(),
        schema == null || provider.can(Capability.NATIVE_SCHEMA)
            ? prompt
            : SchemaPrompt.of(prompt, schema),
        schema,
        admitted.model(),
        request.agentType(),
        place.directory(),
        place.worktree() == null ? null : place.worktree().path(),
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
