package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.CallNeed;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.limit.ProviderRateLimiter;
import dev.agentworkflows.coordinator.limit.UsageHolds;
import dev.agentworkflows.coordinator.option.OptionException;
import dev.agentworkflows.coordinator.option.OptionLoader;
import dev.agentworkflows.coordinator.price.Price;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.spi.UsageWindow;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends a call to its provider once. Each attempt has its own reservation and permit: what a
 * refused attempt cost is settled before the next one goes out.
 */
final class AttemptStep {

  /** Shorter waits are not written down. */
  static final Duration MOMENT = Duration.ofSeconds(1);

  private final Prices prices;
  private final SharedLimits limits;
  private final LimitWords words;
  private final LimitNotices notices;
  private final Redactor redactor;
  private final CallRecorder recorder;
  private final OptionLoader options;
  private final ConversationStep conversations;
  private final CallThreads threads;
  private final Timing timing;

  AttemptStep(
      Prices prices,
      SharedLimits limits,
      LimitWords words,
      LimitNotices notices,
      Redactor redactor,
      CallRecorder recorder,
      OptionLoader options,
      ConversationStep conversations,
      CallThreads threads,
      Timing timing) {
    this.prices = prices;
    this.limits = limits;
    this.words = words;
    this.notices = notices;
    this.redactor = redactor;
    this.recorder = recorder;
    this.options = options;
    this.conversations = conversations;
    this.threads = threads;
    this.timing = timing;
  }

  /** A limit was reached between a call's leave to go out and its going. */
  static final class HeldException extends Exception {
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

  /**
   * Budget, permit, turn, provider; and back with what was taken.
   *
   * @return fails with a {@link HeldException} when the provider's usage limit was reached on the
   *     way, and nothing was sent
   */
  CompletableFuture<AgentReply> send(ProviderCall question, UsageHolds.Pass pass) {
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
              Duration left = question.pace(limits).closedFor();
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
            limits.permit(provider, question.admitted().scope().runId()),
            () ->
                words.place(
                    provider.name(),
                    provider.concurrency(),
                    limits.windows().of(provider.account())))
        .thenCompose(permit ->
            (pass.isValid() ? inTurn(question, reservation, pass) : back())
                .whenComplete((reply, failure) -> permit.release()));
  }

  private CompletableFuture<AgentReply> inTurn(
      ProviderCall question, BudgetLedger.Reservation reservation, UsageHolds.Pass pass) {
    ProviderRateLimiter pace = question.pace(limits);
    return shown(
            question,
            pace.turn(question.prompt().tokens(), question.maxPause()),
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
        question.pace(limits).pauseFor(refused.retryAfter());
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
    Duration closed = question.pace(limits).closedFor();
    if (!closed.isZero()) {
      question.events().pausing(question.provider().name(), closed);
    }
  }

  private CompletableFuture<AgentReply> dispatch(
      ProviderCall question, BudgetLedger.Reservation reservation) {
    BudgetLedger ledger = question.admitted().scope().ledger();
    return conversations
        .takeSession(question.call(), question.admitted(), question.agentCall())
        .thenCompose(taken ->
            dispatch(
                question,
                reservation,
                question.provider().can(Capability.COST_LIMIT) ? ledger.extend(reservation) : null))
        .whenComplete((reply, failure) -> {
          if (!mayGoOnInItsSession(failure)) {
            question.call().holdSession(null);
          }
        });
  }

  /** Nothing has happened in it. */
  private static boolean mayGoOnInItsSession(@Nullable Throwable failure) {
    return failure != null
        && CallFailure.cause(failure) instanceof AdapterException refused
        && refused.nothingBegan()
        && refused.kind() != AdapterException.Kind.SESSION_LOST;
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
          CallRequest.Position position = call.request().position();
          question.events().out(call.id(), position.label(), position.phase());
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
                question.call().meter(),
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
        question.pace(limits).pauseFor(resetsAfter);
        tellOfPause(question);
      }

      @Override
      public void used(UsageWindow window) {
        Provider provider = question.provider();
        limits.windows().record(provider.account(), window);
        limits
            .windows()
            .of(provider.account())
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
}
