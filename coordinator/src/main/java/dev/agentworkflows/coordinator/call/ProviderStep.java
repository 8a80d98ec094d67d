package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.limit.LimitReachedException;
import dev.agentworkflows.coordinator.limit.ProviderRateLimiter;
import dev.agentworkflows.coordinator.limit.RetryPolicy;
import dev.agentworkflows.coordinator.limit.UsageHolds;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.UsageLimit;
import dev.agentworkflows.store.CallStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Gets an answer from one provider: waits for its usage limit, asks, and asks again where that may
 * help. A pause keeps nobody else waiting.
 */
final class ProviderStep {

  /** Refusals of one call that a pace which is being learned is to blame for, at most. */
  private static final int MAX_SPARED = 20;

  private final ProviderCalls calls;
  private final AttemptStep attempts;
  private final SharedLimits limits;
  private final UsageHolds holds;
  private final LimitWords words;
  private final LimitNotices notices;
  private final CallRecorder recorder;
  private final RetryPolicy retries;
  private final Timing timing;

  ProviderStep(
      ProviderCalls calls,
      AttemptStep attempts,
      SharedLimits limits,
      UsageHolds holds,
      LimitWords words,
      LimitNotices notices,
      CallRecorder recorder,
      RetryPolicy retries,
      Timing timing) {
    this.calls = calls;
    this.attempts = attempts;
    this.limits = limits;
    this.holds = holds;
    this.words = words;
    this.notices = notices;
    this.recorder = recorder;
    this.retries = retries;
    this.timing = timing;
  }

  /**
   * Asks one of those whom a call may ask.
   *
   * @param patience how long it waits for the provider
   * @param pass the call's leave to go out, where it has one already
   * @return completes with the answer, with a {@link CannotAnswerException} when another provider
   *     might answer, or with a {@link CallFailure} or what means one
   */
  CompletableFuture<AgentReply> ask(
      PromptedCall prompted, Target target, Patience patience, UsageHolds.@Nullable Pass pass) {
    CompletableFuture<AgentReply> answer =
        calls
            .prepare(prompted, target, patience)
            .thenCompose(
                question -> pass == null ? ask(question, 1, 0) : ask(question, pass, 1, 0));
    return pass == null ? answer : answer.whenComplete((reply, failure) -> pass.unused());
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
            question.patience().limits(),
            wait -> notices.show(question.call(), question.admitted(), question.target(), wait));
    return question
        .call()
        .waitFor(pass)
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(unadmitted(question, failure)))
        .thenCompose(held -> ask(question, held, attempt, spared));
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
    long takenBefore = question.pace(limits).takenSoFar();
    return attempts
        .send(question, held)
        .whenComplete((reply, failure) -> held.unused())
        .exceptionallyCompose(failure -> askAgain(question, attempt, spared, takenBefore, failure));
  }

  private CompletableFuture<AgentReply> askAgain(
      ProviderCall question, int attempt, int spared, long takenBefore, Throwable failure) {
    Throwable cause = CallFailure.cause(failure);
    if (cause instanceof ProviderRateLimiter.ClosedException closed) {
      return CompletableFuture.failedFuture(closed(question, closed.closedFor()));
    }
    if (cause instanceof AttemptStep.HeldException) {
      return ask(question, attempt, spared);
    }
    if (!(cause instanceof AdapterException refused)) {
      return CompletableFuture.failedFuture(cause);
    }
    if (refused.kind() == AdapterException.Kind.SESSION_LOST && question.session() != null) {
      return ask(
          calls.withoutSession(question, String.valueOf(refused.getMessage())), attempt, spared);
    }
    if (refused.kind() == AdapterException.Kind.USAGE_LIMITED
        && mayGoAgain(question, refused.usageLimit())) {
      return ask(again(question, refused), attempt, spared);
    }
    // While others are taken, the pace is at fault and not the call.
    boolean spares =
        refused.kind() == AdapterException.Kind.RATE_LIMITED
            && spared < MAX_SPARED
            && question.pace(limits).takenSoFar() > takenBefore;
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
    if (pause.get().compareTo(question.maxPause()) > 0) {
      return CompletableFuture.failedFuture(givenUp(refused, true));
    }
    if (refused.kind() == AdapterException.Kind.RATE_LIMITED) {
      question.clock().stop();
    }
    question
        .events()
        .retrying(
            question.admitted().id(), attempt, String.valueOf(refused.getMessage()), pause.get());
    if (pause.get().compareTo(AttemptStep.MOMENT) > 0) {
      recorder.waiting(
          question.call(),
          question.admitted(),
          "another attempt: " + refused.getMessage(),
          Duration.ZERO,
          pause.get());
    }
    ProviderCall next = again(question, refused);
    return question
        .call()
        .waitFor(timing.pause(pause.get()))
        .thenCompose(
            over -> ask(next, spares ? attempt : attempt + 1, spares ? spared + 1 : spared));
  }

  /** What a failed attempt left in a session that it may have changed is not known. */
  private ProviderCall again(ProviderCall question, AdapterException refused) {
    AgentSession session = question.session();
    return session != null && session.once() && !refused.nothingBegan()
        ? calls.withoutSession(question, "its session was in an attempt that failed")
        : question;
  }

  /** Of a provider that takes no calls for so long. */
  private static CannotAnswerException closed(ProviderCall question, Duration closed) {
    boolean later = closed.compareTo(question.clock().left()) <= 0;
    return new CannotAnswerException(
        TriedProvider.Kind.RATE_LIMITED,
        true,
        later,
        "%s takes no calls for another %d s%s: it has refused too many"
            .formatted(
                question.provider().name(),
                closed.toSeconds(),
                later ? "" : ", longer than this one has"));
  }

  /** What a refusal means that is not followed by another attempt. */
  private static Exception givenUp(AdapterException refused) {
    return givenUp(refused, false);
  }

  /**
   * @param later whether another attempt might follow, after a pause
   */
  private static Exception givenUp(AdapterException refused, boolean later) {
    String message = String.valueOf(refused.getMessage());
    return switch (refused.kind()) {
      case TIMEOUT -> new CallFailure(CallStatus.TIMEOUT, message);
      case BUDGET_REACHED -> new CallFailure(CallStatus.BUDGET_EXCEEDED, message);
      case PERMANENT, REFUSED, SESSION_LOST -> new CallFailure(CallStatus.PROVIDER_FAILED, message);
      case NOT_SENT -> cannot(TriedProvider.Kind.NOT_REACHED, refused, later);
      case TRANSIENT -> cannot(TriedProvider.Kind.OVERLOADED, refused, later);
      case RATE_LIMITED -> cannot(TriedProvider.Kind.RATE_LIMITED, refused, later);
      case USAGE_LIMITED -> cannot(TriedProvider.Kind.USAGE_LIMITED, refused, later);
      case EXHAUSTED -> cannot(TriedProvider.Kind.EXHAUSTED, refused, later);
      case UNAVAILABLE -> cannot(TriedProvider.Kind.UNAVAILABLE, refused, later);
    };
  }

  private static CannotAnswerException cannot(
      TriedProvider.Kind kind, AdapterException refused, boolean later) {
    return new CannotAnswerException(
        kind, refused.nothingBegan(), later, String.valueOf(refused.getMessage()));
  }

  /** A call that changes something goes again only when it surely has not begun. */
  private static boolean mayGoAgain(ProviderCall question, @Nullable UsageLimit limit) {
    boolean harmless = !question.agentCall().mutating() || (limit != null && limit.nothingBegan());
    return harmless && question.patience().limits().allowsAnotherRefusal();
  }
}
