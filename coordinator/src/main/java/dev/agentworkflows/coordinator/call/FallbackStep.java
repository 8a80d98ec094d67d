package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.limit.LimitPatience;
import dev.agentworkflows.coordinator.limit.LimitReachedException;
import dev.agentworkflows.coordinator.limit.UsageHolds;
import dev.agentworkflows.coordinator.limit.UsageWait;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.store.CallStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Asks the first of a call's providers that can answer now, and the next one when it can't.
 *
 * <p>A provider that gave an answer, a refusal of the content or an error of the request has
 * answered: nobody else is asked. A call that changes something goes to another one only when it is
 * certain that nobody has begun. Where all that are left have reached their usage limits, the call
 * waits for whichever resets first. Who asks for a long pause is left for those behind it, and is
 * asked once more, and waited for, when none of them can answer.
 */
final class FallbackStep {

  private final ProviderStep provider;
  private final Duration maxPause;
  private final UsageHolds holds;
  private final LimitWords words;
  private final LimitNotices notices;
  private final CallRecorder recorder;

  /**
   * @param maxPause how long a pause that a provider asks for is waited for while another one may
   *     answer
   */
  FallbackStep(
      ProviderStep provider,
      Duration maxPause,
      UsageHolds holds,
      LimitWords words,
      LimitNotices notices,
      CallRecorder recorder) {
    this.provider = provider;
    this.maxPause = maxPause;
    this.holds = holds;
    this.words = words;
    this.notices = notices;
    this.recorder = recorder;
  }

  /** Completes with the answer, or with a {@link CallFailure} or what means one. */
  CompletableFuture<AgentReply> ask(PromptedCall prompted) {
    Candidates candidates = prompted.call().candidates(prompted.admitted());
    List<Target> left = candidates.left();
    if (left.size() == 1) {
      Patience patience = new Patience(candidates.patience(), Patience.ALL);
      return ask(prompted, candidates, left.get(0), patience, null);
    }
    for (Target target : left) {
      Optional<UsageWait> wait = holds.waitNow(target.login(), target.model());
      if (wait.isEmpty()) {
        return ask(prompted, candidates, target, patience(candidates, target), null);
      }
      Instant resetsAt = wait.get().told() ? wait.get().until() : null;
      candidates.note(
          recorder.tried(
              target,
              TriedProvider.Kind.USAGE_LIMITED,
              words.reached(target.name(), Optional.ofNullable(resetsAt))));
    }
    prompted.call().stopClock();
    return FirstReset.of(prompted, candidates, left, holds, notices)
        .exceptionallyCompose(failure ->
            CompletableFuture.failedFuture(unadmitted(candidates, CallFailure.cause(failure))))
        .thenCompose(open ->
            ask(
                prompted,
                candidates,
                open.target(),
                patience(candidates, open.target()),
                open.pass()));
  }

  /** With others behind it. */
  private Patience patience(Candidates candidates, Target target) {
    return new Patience(
        new LimitPatience(Duration.ZERO), candidates.mayLeave(target) ? maxPause : Patience.ALL);
  }

  /** All limits reset too late; anything else as it is. */
  private Throwable unadmitted(Candidates candidates, Throwable cause) {
    if (!(cause instanceof LimitReachedException)) {
      return cause;
    }
    List<String> limits =
        candidates.tried().stream().map(tried -> String.valueOf(tried.error())).toList();
    return new CallFailure(
        CallStatus.PROVIDER_FAILED,
        String.join("; ", limits) + "; " + words.waits(candidates.patience().max()));
  }

  private CompletableFuture<AgentReply> ask(
      PromptedCall prompted,
      Candidates candidates,
      Target target,
      Patience patience,
      UsageHolds.@Nullable Pass pass) {
    if (candidates.ask(target)) {
      prompted.call().meter().answering(null);
      AdmittedCall admitted = prompted.admitted();
      List<TriedProvider> tried = candidates.tried();
      recorder.fallback(admitted, target, tried);
      tried.stream()
          .filter(one -> !one.provider().equals(target.name()))
          .reduce((earlier, later) -> later)
          .ifPresent(
              last -> admitted.scope().events().fallback(admitted.id(), last, target.name()));
    }
    return provider
        .ask(prompted, target, patience, pass)
        .thenApply(reply -> {
          candidates.answered(target);
          return reply;
        })
        .exceptionallyCompose(failure -> goOn(prompted, candidates, target, failure));
  }

  private CompletableFuture<AgentReply> goOn(
      PromptedCall prompted, Candidates candidates, Target target, Throwable failure) {
    Throwable cause = CallFailure.cause(failure);
    if (!(cause instanceof CannotAnswerException unable)) {
      return CompletableFuture.failedFuture(cause);
    }
    boolean last = candidates.left().size() == 1;
    boolean mayHaveBegun = prompted.admitted().request().mutating() && !unable.nothingBegan();
    if (last || mayHaveBegun) {
      return CompletableFuture.failedFuture(failed(candidates, unable, mayHaveBegun && !last));
    }
    candidates.note(recorder.tried(target, unable));
    boolean mayAnswerAfterReset =
        unable.kind() == TriedProvider.Kind.USAGE_LIMITED
            && candidates.patience().allowsAnotherRefusal();
    if (unable.later()) {
      candidates.leave(target);
    } else if (!mayAnswerAfterReset) {
      candidates.drop(target);
    }
    return ask(prompted);
  }

  private CallFailure failed(
      Candidates candidates, CannotAnswerException unable, boolean stopsHere) {
    String provider = candidates.asked().name();
    LimitReachedException limit = unable.limit();
    String message =
        limit == null
            ? String.valueOf(unable.getMessage())
            : words.failure(provider, limit, candidates.patience().max());
    return failed(
        candidates,
        stopsHere ? message + "; nobody else is asked, for it may have changed files" : message);
  }

  /** With what became of those that were asked before. */
  private static CallFailure failed(Candidates candidates, String message) {
    List<String> before =
        candidates.tried().stream()
            .filter(tried -> !tried.provider().equals(candidates.asked().name()))
            .map(TriedProvider::text)
            .toList();
    return new CallFailure(
        CallStatus.PROVIDER_FAILED,
        before.isEmpty()
            ? message
            : message + "\nbefore it: " + String.join("\nbefore it: ", before));
  }
}
