package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.budget.CallNeed;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.limit.ConcurrencyLimiter;
import dev.agentworkflows.coordinator.limit.LimitPatience;
import dev.agentworkflows.coordinator.limit.LimitReachedException;
import dev.agentworkflows.coordinator.limit.ProviderRateLimiter;
import dev.agentworkflows.coordinator.limit.ProviderRateLimiters;
import dev.agentworkflows.coordinator.limit.RetryPolicy;
import dev.agentworkflows.coordinator.limit.UsageHolds;
import dev.agentworkflows.coordinator.limit.UsageWindows;
import dev.agentworkflows.coordinator.option.OptionException;
import dev.agentworkflows.coordinator.option.OptionLoader;
import dev.agentworkflows.coordinator.price.Price;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.spi.SchemaPrompt;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.spi.UsageLimit;
import dev.agentworkflows.spi.UsageWindow;
import dev.agentworkflows.store.CallStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
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

  /** Refusals of one call that a pace which is being learned is to blame for, at most. */
  private static final int MAX_SPARED = 20;

  /** Shorter waits are not written down. */
  private static final Duration MOMENT = Duration.ofSeconds(1);

  private final Providers providers;
  private final Prices prices;
  private final ConcurrencyLimiter permits;
  private final ProviderRateLimiters paces;
  private final UsageHolds holds;
  private final UsageWindows windows;
  private final LimitWords words;
  private final LimitNotices notices;
  private final Redactor redactor;
  private final CallRecorder recorder;
  private final RetryPolicy retries;
  private final OptionLoader options;
  private final ConversationStep conversations;
  private final CallThreads threads;
  private final Timing timing;

  ProviderStep(
      Providers providers,
      Prices prices,
      ConcurrencyLimiter permits,
      ProviderRateLimiters paces,
      UsageHolds holds,
      UsageWindows windows,
      LimitWords words,
      LimitNotices notices,
      Redactor redactor,
      CallRecorder recorder,
      RetryPolicy retries,
      OptionLoader options,
      ConversationStep conversations,
      CallThreads threads,
      Timing timing) {
    this.providers = providers;
    this.prices = prices;
    this.permits = permits;
    this.paces = paces;
    this.holds = holds;
    this.windows = windows;
    this.words = words;
    this.notices = notices;
    this.redactor = redactor;
    this.recorder = recorder;
    this.retries = retries;
    this.options = options;
    this.conversations = conversations;
    this.threads = threads;
    this.timing = timing;
  }

  /** What is asked of whom. */
  private record ProviderCall(
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

    CallEvents events() {
      return admitted.scope().events();
    }

    ProviderRateLimiter pace(ProviderRateLimiters paces) {
      return paces.of(provider.name(), provider.requestsPerMinute(), provider.tokensPerMinute());
    }

    long promptTokens() {
      long characters = agentCall.prompt().length();
      for (Conversation.Turn turn : agentCall.conversation().turns()) {
        characters += turn.prompt().length() + turn.answer().length();
      }
      return characters / CHARACTERS_PER_TOKEN;
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

  /**
   * Asks one of those whom a call may ask.
   *
   * @param patience how long it waits for the provider's usage limit
   * @param pass the call's leave to go out, where it has one already
   * @return completes with the answer, with a {@link CannotAnswerException} when another provider
   *     might answer, or with a {@link CallFailure} or what means one
   */
  CompletableFuture<AgentReply> ask(
      PromptedCall prompted,
      Target target,
      LimitPatience patience,
      UsageHolds.@Nullable Pass pass) {
    CompletableFuture<AgentReply> answer =
        prepared(prompted, target, patience)
            .thenCompose(
                question -> pass == null ? ask(question, 1, 0) : ask(question, pass, 1, 0));
    return pass == null ? answer : answer.whenComplete((reply, failure) -> pass.unused());
  }

  /** What is asked, with what was said before in the form that this provider takes. */
  private CompletableFuture<ProviderCall> prepared(
      PromptedCall prompted, Target target, LimitPatience patience) {
    try {
      ProviderCall question = prepare(prompted, target, patience);
      return conversations
          .prepare(question.call(), question.admitted(), question.provider(), question.agentCall())
          .thenApply(question::with);
    } catch (CannotAnswerException | CallFailure e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private ProviderCall prepare(PromptedCall prompted, Target target, LimitPatience patience)
      throws CannotAnswerException, CallFailure {
    Provider provider = target.provider();
    if (provider == null) {
      throw CannotAnswerException.unavailable(providers.unknown(target.name()));
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
          provider.name() + " has no default_model: name a model with model= or --model");
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
        new PromptSize(agentCall, admitted.options()),
        price,
        patience);
  }

  /** Without a budget nothing is estimated. */
  private static CallNeed need(ProviderCall question) {
    AdmittedCall admitted = question.admitted();
    if (!admitted.scope().ledger().limits().exist()) {
      return CallNeed.of(question.target().tariff(), 0);
    }
    return new CallNeed(
        question.target().tariff(),
        question.prompt().tokens(),
        question.provider().maxAnswerTokens(),
        question.provider().can(Capability.EDITS_FILES),
        question.price().map(Price::dearestInput).orElse(null),
        question.price().map(Price::output).orElse(null));
  }

  /**
   * Asks, and asks again.
   *
   * @param spared refusals that were not counted as attempts
   */
  private CompletableFuture<AgentReply> ask(ProviderCall question, int attempt, int spared) {
    question.clock().stop();
    CompletableFuture<UsageHolds.Pass> pass =
        holds.enter(
            question.provider().login(),
            question.target().model(),
            question.patience(),
            wait -> notices.show(question.call(), question.admitted(), question.target(), wait));
    return question
        .call()
        .waitFor(pass)
        .handle((held, failure) ->
            failure == null
                ? ask(question, held, attempt, spared)
                : CompletableFuture.<AgentReply>failedFuture(unadmitted(question, failure)))
        .thenCompose(answer -> answer);
  }

  /** A limit that resets too late for the call; anything else as it is. */
  private Throwable unadmitted(ProviderCall question, Throwable failure) {
    Throwable cause = CallFailure.cause(failure);
    return cause instanceof LimitReachedException limit
        ? CannotAnswerException.limited(
            words.reached(question.provider().name(), limit.resetsAt()), limit)
        : cause;
  }

  private CompletableFuture<AgentReply> ask(
      ProviderCall question, UsageHolds.Pass held, int attempt, int spared) {
    long takenBefore = question.pace(paces).takenSoFar();
    return attempt(question, held)
        .whenComplete((reply, failure) -> held.unused())
        .handle((reply, failure) ->
            failure == null
                ? CompletableFuture.completedFuture(reply)
                : askAgain(question, attempt, spared, takenBefore, failure))
        .thenCompose(answer -> answer);
  }

  private CompletableFuture<AgentReply> askAgain(
      ProviderCall question, int attempt, int spared, long takenBefore, Throwable failure) {
    Throwable cause = CallFailure.cause(failure);
    if (cause instanceof ProviderRateLimiter.ClosedException closed) {
      return CompletableFuture.failedFuture(
          new CannotAnswerException(
              TriedProvider.Kind.RATE_LIMITED,
              true,
              "%s takes no calls for another %d s, longer than this one has: it has refused too many"
                  .formatted(question.provider().name(), closed.closedFor().toSeconds())));
    }
    if (cause instanceof HeldException) {
      return ask(question, attempt, spared);
    }
    if (!(cause instanceof AdapterException refused)) {
      return CompletableFuture.failedFuture(cause);
    }
    AgentSession session = question.session();
    if (refused.kind() == AdapterException.Kind.SESSION_LOST && session != null) {
      return ask(withoutSession(question, String.valueOf(refused.getMessage())), attempt, spared);
    }
    if (refused.kind() == AdapterException.Kind.USAGE_LIMITED
        && mayGoAgain(question, refused.usageLimit())) {
      return ask(question, attempt, spared);
    }
    // While others are taken, the pace is at fault and not the call.
    boolean spares =
        refused.kind() == AdapterException.Kind.RATE_LIMITED
            && spared < MAX_SPARED
            && question.pace(paces).takenSoFar() > takenBefore;
    Optional<Duration> pause =
        retries
            .pauseAfter(
                spares ? Math.max(1, attempt - 1) : attempt,
                question.agentCall().mutating(),
                refused)
            .filter(wait -> wait.compareTo(question.clock().left()) < 0);
    if (pause.isEmpty()) {
      return CompletableFuture.failedFuture(givenUp(refused));
    }
    if (refused.kind() == AdapterException.Kind.RATE_LIMITED) {
      question.clock().stop();
    }
    question
        .events()
        .retrying(
            question.admitted().id(), attempt, String.valueOf(refused.getMessage()), pause.get());
    if (pause.get().compareTo(MOMENT) > 0) {
      recorder.waiting(
          question.call(),
          question.admitted(),
          "another attempt: " + refused.getMessage(),
          Duration.ZERO,
          pause.get());
    }
    // What the failed attempt left in a session is not known.
    ProviderCall next =
        session != null && session.once()
            ? withoutSession(question, "its session was in an attempt that failed")
            : question;
    return question
        .call()
        .waitFor(timing.pause(pause.get()))
        .thenCompose(
            over -> ask(next, spares ? attempt : attempt + 1, spares ? spared + 1 : spared));
  }

  private ProviderCall withoutSession(ProviderCall question, String why) {
    return question.with(
        conversations.withoutSession(
            question.admitted(), question.provider(), question.agentCall(), why));
  }

  /** What a refusal means that is not followed by another attempt. */
  private static Exception givenUp(AdapterException refused) {
    String message = String.valueOf(refused.getMessage());
    return switch (refused.kind()) {
      case TIMEOUT -> new CallFailure(CallStatus.TIMEOUT, message);
      case PERMANENT, REFUSED, SESSION_LOST -> new CallFailure(CallStatus.PROVIDER_FAILED, message);
      case NOT_SENT -> cannot(TriedProvider.Kind.NOT_REACHED, refused);
      case TRANSIENT -> cannot(TriedProvider.Kind.OVERLOADED, refused);
      case RATE_LIMITED -> cannot(TriedProvider.Kind.RATE_LIMITED, refused);
      case USAGE_LIMITED -> cannot(TriedProvider.Kind.USAGE_LIMITED, refused);
      case EXHAUSTED -> cannot(TriedProvider.Kind.EXHAUSTED, refused);
      case UNAVAILABLE -> cannot(TriedProvider.Kind.UNAVAILABLE, refused);
    };
  }

  private static CannotAnswerException cannot(TriedProvider.Kind kind, AdapterException refused) {
    return new CannotAnswerException(
        kind, refused.nothingBegan(), String.valueOf(refused.getMessage()));
  }

  /** A call that changes something goes again only when it surely has not begun. */
  private static boolean mayGoAgain(ProviderCall question, @Nullable UsageLimit limit) {
    boolean harmless = !question.agentCall().mutating() || (limit != null && limit.nothingBegan());
    return harmless && question.patience().bearsRefusal();
  }

  /** A limit was reached between a call's leave to go out and its going. */
  private static final class HeldException extends Exception {
    private static final long serialVersionUID = 1L;

    HeldException() {
      super("held", null, false, false);
    }
  }

  /** On another thread: of many calls that go back, each wakes the next. */
  private CompletableFuture<AgentReply> back() {
    CompletableFuture<AgentReply> held = new CompletableFuture<>();
    timing.after(Duration.ZERO, () -> held.completeExceptionally(new HeldException()));
    return held;
  }

  /** Budget, permit, turn, provider; and back with what was taken. */
  private CompletableFuture<AgentReply> attempt(ProviderCall question, UsageHolds.Pass pass) {
    AdmittedCall admitted = question.admitted();
    InFlightCall call = question.call();
    CallNeed need = need(question);
    BudgetLedger ledger = admitted.scope().ledger();
    return shown(question, ledger.reserve(need), () -> ledger.whyWaiting(need))
        .thenCompose(reservation ->
            withPermit(question, reservation, pass)
                .whenComplete((reply, failure) ->
                    admitted
                        .scope()
                        .settle(reservation, call.meter().takeUnsettled(), failure == null)));
  }

  /**
   * Waits, and has people told what for: at once those who watch, and in the store once it takes
   * longer than a moment.
   */
  private <T> CompletableFuture<T> shown(
      ProviderCall question, CompletableFuture<T> future, Supplier<String> reason) {
    if (!future.isDone()) {
      String why = reason.get();
      question.events().waiting(question.admitted().id(), why);
      timing.after(
          MOMENT,
          () -> {
            if (!future.isDone()) {
              Duration left = question.pace(paces).closedFor();
              recorder.waiting(question.call(), question.admitted(), why, MOMENT, left);
            }
          });
    }
    return question.call().waitFor(future);
  }

  private CompletableFuture<AgentReply> withPermit(
      ProviderCall question, BudgetLedger.Reservation reservation, UsageHolds.Pass pass) {
    Provider provider = question.provider();
    return shown(
            question,
            permits.acquire(
                provider.name(),
                provider.concurrency(),
                () -> windows.atOnce(provider.login(), provider.concurrency()),
                question.admitted().scope().runId()),
            () ->
                words.place(provider.name(), provider.concurrency(), windows.of(provider.login())))
        .thenCompose(permit ->
            (pass.isValid() ? inTurn(question, reservation, pass) : back())
                .whenComplete((reply, failure) -> permit.release()));
  }

  private CompletableFuture<AgentReply> inTurn(
      ProviderCall question, BudgetLedger.Reservation reservation, UsageHolds.Pass pass) {
    ProviderRateLimiter pace = question.pace(paces);
    return shown(
            question,
            pace.turn(question.promptTokens(), question.clock().left()),
            () ->
                pace.closedFor().isZero()
                    ? "its turn at " + question.provider().name() + " (rate limit)"
                    : "%s to take calls again (rate limit)".formatted(question.provider().name()))
        .thenCompose(turn ->
            (pass.isValid() ? dispatch(question, reservation) : back())
                .whenComplete((reply, failure) -> settle(question, turn, pass, reply, failure)));
  }

  /** What one call learns of a provider's limits holds for all. */
  private void settle(
      ProviderCall question,
      ProviderRateLimiter.Grant turn,
      UsageHolds.Pass pass,
      @Nullable AgentReply reply,
      @Nullable Throwable failure) {
    if (reply != null) {
      turn.onAccepted(reply.usage().billedTokens());
      pass.answered();
      return;
    }
    Throwable cause = failure == null ? null : CallFailure.cause(failure);
    if (cause instanceof HeldException) {
      turn.onUnused();
    } else if (!(cause instanceof AdapterException refused)) {
      turn.onAccepted(0);
    } else if (refused.kind() == AdapterException.Kind.SESSION_LOST) {
      turn.onUnused();
    } else if (refused.kind() == AdapterException.Kind.USAGE_LIMITED) {
      turn.onUnused();
      pass.refused(refused.usageLimit());
    } else if (refused.kind() == AdapterException.Kind.RATE_LIMITED) {
      turn.onThrottled(refused.retryAfter());
      warnOfLimit(question);
      tellOfPause(question);
    } else {
      turn.onAccepted(refused.usage().billedTokens());
      if (refused.retryAfter() != null) {
        question.pace(paces).pauseFor(refused.retryAfter());
        tellOfPause(question);
      }
    }
  }

  private static void warnOfLimit(ProviderCall question) {
    RunContext scope = question.admitted().scope();
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

  private void tellOfPause(ProviderCall question) {
    Duration closed = question.pace(paces).closedFor();
    if (!closed.isZero()) {
      question.events().pausing(question.provider().name(), closed);
    }
  }

  private CompletableFuture<AgentReply> dispatch(
      ProviderCall question, BudgetLedger.Reservation reservation) {
    BudgetLedger ledger = question.admitted().scope().ledger();
    return dispatch(
        question,
        reservation,
        question.provider().can(Capability.COST_LIMIT) ? ledger.extend(reservation) : null);
  }

  /**
   * @param maxCostUsd where the agent stops by itself; null for nowhere
   */
  private CompletableFuture<AgentReply> dispatch(
      ProviderCall question,
      BudgetLedger.Reservation reservation,
      @Nullable BigDecimal maxCostUsd) {
    if (question.adapter().answersAtOnce(question.agentCall())) {
      return start(question, maxCostUsd);
    }
    AdmittedCall call = question.admitted();
    return question
        .call()
        .waitFor(recordSent(question, reservation.likely()))
        .thenCompose(recorded -> {
          question.clock().start();
          question.events().out(call.id(), call.request().label(), call.request().phase());
          return start(question, maxCostUsd)
              .whenComplete((reply, failure) -> question.events().back(call.id()));
        });
  }

  /** What was sent when a coordinator died is never taken for free. */
  private CompletableFuture<Void> recordSent(ProviderCall question, Spending likely) {
    Provider provider = question.provider();
    if (Billing.isExact(provider)) {
      return CompletableFuture.completedFuture(null);
    }
    AdmittedCall call = question.admitted();
    long prompt = question.prompt().tokens();
    Usage taking = Usage.of(prompt, Math.max(0, likely.tokens() - prompt));
    BigDecimal costing =
        likely.costUsd().signum() > 0
            ? likely.costUsd()
            : prices
                .find(
                    provider.allNames(), Objects.requireNonNullElse(question.target().model(), ""))
                .flatMap(price -> price.cost(taking))
                .orElse(null);
    return recorder.sent(question.call(), call, taking, costing);
  }

  private CompletableFuture<AgentReply> start(
      ProviderCall question, @Nullable BigDecimal maxCostUsd) {
    return Attempt.start(
        question.call(),
        question.adapter(),
        question.agentCall(),
        call -> loaded(question.admitted(), call),
        new Billing(
            question.call().meter(),
            question.admitted(),
            question.provider(),
            question.target().model(),
            prices,
            question.prompt()),
        number ->
            new AttemptContext(
                number,
                question.admitted(),
                question.target().name(),
                redactor,
                limits(question),
                maxCostUsd),
        threads.of(question.admitted().scope().ledger()),
        timing.timer());
  }

  private AttemptContext.Limits limits(ProviderCall question) {
    return new AttemptContext.Limits() {
      @Override
      public void reached(Duration resetsAfter) {
        question.pace(paces).pauseFor(resetsAfter);
        tellOfPause(question);
      }

      @Override
      public void used(UsageWindow window) {
        Provider provider = question.provider();
        windows.told(provider.login(), window);
        windows
            .of(provider.login())
            .ifPresent(slowed -> notices.slowed(question.admitted(), provider, slowed));
      }
    };
  }

  /** With what is kept nowhere before the call goes out: contents of files, values of variables. */
  private AgentCall loaded(AdmittedCall admitted, AgentCall call) throws AdapterException {
    if (admitted.options().areNone()) {
      return call;
    }
    try {
      OptionLoader.Loaded loaded = options.load(admitted.options(), admitted.scope().workspace());
      return call.toBuilder()
          .prompt(loaded.texts() + call.prompt())
          .options(loaded.options())
          .build();
    } catch (OptionException e) {
      throw new AdapterException(AdapterException.Kind.PERMANENT, String.valueOf(e.getMessage()));
    }
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
        schema == null || provider.can(Capability.NATIVE_SCHEMA, request.mutating())
            ? prompt
            : SchemaPrompt.of(prompt, schema);
    return AgentCall.builder(admitted.id(), asked, place.directory())
        .schema(schema)
        .model(model)
        .agentType(request.agentType())
        .worktree(place.worktree() == null ? null : place.worktree().path())
        .mutating(request.mutating())
        .scopes(request.readScope(), request.writeScope())
        .permissions(request.permissionsJson())
        .metadata(request.metadataJson())
        .timeout(admitted.timeout())
        .build();
  }
}
