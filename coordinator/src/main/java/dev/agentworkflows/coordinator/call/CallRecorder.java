package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.cache.CallKey;
import dev.agentworkflows.coordinator.schema.StructuredAnswer.Invalid;
import dev.agentworkflows.coordinator.schema.Violation;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CacheUse;
import dev.agentworkflows.store.CallAttempts;
import dev.agentworkflows.store.CallCompletionRow;
import dev.agentworkflows.store.CallCompletionRow.Remember;
import dev.agentworkflows.store.CallHit;
import dev.agentworkflows.store.CallSent;
import dev.agentworkflows.store.CallStart;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.CallTried;
import dev.agentworkflows.store.CallValidation;
import dev.agentworkflows.store.CallWait;
import dev.agentworkflows.store.RememberedResult;
import dev.agentworkflows.store.RunWriter;
import dev.agentworkflows.store.WorktreeUse;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes calls to the store: that they wait, start, are sent, go on to another provider, end. All
 * that goes to the database or back to the script is redacted here or in {@link CallResults}, and
 * nothing goes back to the script before it is durable.
 */
final class CallRecorder {

  /** Of what a provider says that can't answer; its own record has the words of the last one. */
  private static final int MAX_ERROR = 500;

  private final RunWriter writer;
  private final Redactor redactor;
  private final CallResults results;
  private final Clock clock;

  /** Whether the last write failed that is known of. */
  private volatile boolean lastWriteFailed;

  CallRecorder(RunWriter writer, Redactor redactor, Clock clock) {
    this.writer = writer;
    this.redactor = redactor;
    this.results = new CallResults(redactor);
    this.clock = clock;
  }

  /**
   * Records that the call goes out. Completes at once for a read-only call, which may be sent
   * twice; once it is durable for a mutating one, which may not. While nothing can be written, as
   * on a full disk, no call goes out: its answer would be paid for and lost.
   */
  CompletableFuture<Void> start(InFlightCall inFlight, AdmittedCall call, CacheStatus cacheStatus) {
    CompletableFuture<Void> written = writer.startCall(row(call, cacheStatus, call.key()));
    inFlight.startWritten(written);
    CompletableFuture<Void> known =
        written.whenComplete((done, failure) -> recordWriteOutcome(failure));
    return call.request().mutating() || lastWriteFailed
        ? known
        : CompletableFuture.completedFuture(null);
  }

  private CallStart row(AdmittedCall call, CacheStatus cacheStatus, @Nullable CallKey key) {
    CallRequest request = call.request();
    return new CallStart(
        results.identity(call),
        new CacheUse(
            cacheStatus,
            key == null ? null : key.hash(),
            call.occurrence(),
            key == null ? null : redactor.redact(key.partsJson())),
        request.position().place(),
        results.asked(call, call.first().name(), call.first().model()),
        redactor.redact(request.task().prompt()),
        call.at());
  }

  /** Records a call that waits before its key is known, so that people see what it waits for. */
  void arriving(InFlightCall inFlight, AdmittedCall call, String reason) {
    var unused = writer.startCall(row(call, call.cachePolicy().statusWithoutAnswer(), null));
    waiting(inFlight, call, reason, Duration.ZERO, null);
  }

  /**
   * Records what a call has waited for since {@code ago}.
   *
   * @param left null where nobody knows
   */
  void waiting(
      InFlightCall inFlight,
      AdmittedCall call,
      String reason,
      Duration ago,
      @Nullable Duration left) {
    Instant now = clock.instant();
    var unused =
        writer.waitCall(
            call.id(),
            inFlight.meter().attempts(),
            new CallWait(
                redactor.redact(reason),
                now.minus(ago),
                left == null || left.isZero() || left.isNegative() ? null : now.plus(left)));
  }

  /** Records that a call waits from now on until then. */
  void waiting(InFlightCall inFlight, AdmittedCall call, String reason, Instant until) {
    waiting(inFlight, call, reason, Duration.ZERO, Duration.between(clock.instant(), until));
  }

  /**
   * Why a provider can't answer, as people and records get it.
   *
   * @param failed its message is of the provider's own words
   */
  TriedProvider tried(Target target, CannotAnswerException failed) {
    return tried(target, failed.kind(), String.valueOf(failed.getMessage()));
  }

  TriedProvider tried(Target target, TriedProvider.Kind kind, String error) {
    return new TriedProvider(
        redactor.redact(target.name()),
        redactor.redactNullable(target.model()),
        kind.label(),
        VisibleText.line(redactor.redact(error), MAX_ERROR));
  }

  /** Records that a call goes on to another provider. */
  void fallback(AdmittedCall call, Target next, List<TriedProvider> tried) {
    var unused =
        writer.triedCall(
            new CallTried(
                call.id(),
                redactor.redact(next.name()),
                redactor.redactNullable(next.model()),
                TriedProvider.json(tried)));
  }

  /**
   * Records that an attempt goes out, and what it is counted for if nothing more is heard of it.
   * Completes once that is durable where the call is under a budget; else at once.
   */
  CompletableFuture<Void> sent(
      InFlightCall inFlight, AdmittedCall call, Usage taking, @Nullable BigDecimal costing) {
    CallMeter meter = inFlight.meter();
    Usage all = meter.usage().plus(taking);
    BigDecimal before = meter.costUsd();
    CompletableFuture<Void> written =
        writer.sendCall(
            new CallSent(
                call.id(),
                meter.attempts() + 1,
                all.inputTokens() == null ? 0 : all.inputTokens(),
                all.outputTokens() == null ? 0 : all.outputTokens(),
                before == null ? costing : costing == null ? before : before.add(costing)));
    return call.scope().ledger().limits().exist()
        ? written
        : CompletableFuture.completedFuture(null);
  }

  /**
   * Records what a call left in a worktree that was made for it or for another.
   *
   * @param files by name, as {@link WorktreeUse#files}
   */
  void leftWorktree(AdmittedCall call, String worktreeCallId, Map<String, String> files) {
    Map<String, String> named = new LinkedHashMap<>();
    files.forEach((name, state) -> named.put(redactor.redact(name), state));
    // Written before the call's end, which is waited for.
    var unused =
        writer.leaveWorktree(new WorktreeUse(call.id(), worktreeCallId, clock.instant(), named));
  }

  /**
   * Records how a paid call was answered that works in a worktree: what became of that takes a
   * while to find out, and a coordinator that dies meanwhile must not lose what is paid.
   */
  void answered(
      InFlightCall inFlight,
      AdmittedCall call,
      CallCompletion ending,
      CacheStatus cacheStatus,
      Remember remember) {
    CallResult result = result(inFlight, call, ending, cacheStatus);
    // Where it can't be written, the call's end can't be, either, and says so.
    var unused = writer.answerCall(row(inFlight, result, ending, remember));
  }

  /** Records how a paid call ended; completes when the script may see it. */
  CompletableFuture<CallOutcome> end(
      InFlightCall inFlight,
      AdmittedCall call,
      CallCompletion ending,
      CacheStatus cacheStatus,
      Remember remember) {
    CallResult result = result(inFlight, call, ending, cacheStatus);
    // A start that could not be written is why its end can't be, either: that is what people are
    // told.
    return writer
        .endCall(row(inFlight, result, ending, remember))
        .exceptionallyCompose(failure ->
            inFlight.startWritten().thenCompose(written -> CompletableFuture.failedFuture(failure)))
        .whenComplete((stored, failure) -> recordWriteOutcome(failure))
        .handle((stored, failure) -> failure == null ? outcome(result) : unstored(result, failure));
  }

  private CallResult result(
      InFlightCall inFlight, AdmittedCall call, CallCompletion ending, CacheStatus cacheStatus) {
    Target asked = inFlight.candidates(call).asked();
    return results.completed(call, asked, ending, inFlight.meter(), cacheStatus);
  }

  private CallCompletionRow row(
      InFlightCall inFlight, CallResult result, CallCompletion ending, Remember remember) {
    CallMeter meter = inFlight.meter();
    return new CallCompletionRow(
        result.identity().id(),
        result.status(),
        result.asked().model(),
        result.worktree(),
        row(result.validation()),
        result.usage(),
        new CallAttempts(meter.attempts(), meter.queueMs(), result.durationMs()),
        result.text(),
        result.valueJson(),
        result.error(),
        clock.instant(),
        result.status() == CallStatus.DONE ? remember : Remember.NO,
        results.session(ending.session()));
  }

  private void recordWriteOutcome(@Nullable Throwable failure) {
    lastWriteFailed = failure != null;
  }

  /** Records that a remembered answer stood in. */
  CompletableFuture<CallOutcome> hit(AdmittedCall call, RememberedResult remembered) {
    CallKey key = call.key();
    if (key == null) {
      throw new IllegalArgumentException("a mutating call cannot be a hit: " + call.id());
    }
    CallResult result = results.hit(call, key, remembered);
    CallHit hit =
        new CallHit(
            result.identity(),
            key.hash(),
            call.occurrence(),
            call.request().position().place(),
            redactor.redact(key.partsJson()),
            result.asked(),
            remembered.validationStatus(),
            remembered.callId(),
            call.at(),
            clock.instant());
    return writer
        .addHit(hit)
        .handle((stored, failure) -> failure == null ? outcome(result) : unstored(result, failure));
  }

  private static CallOutcome outcome(CallResult result) {
    return result.status() == CallStatus.BUDGET_EXCEEDED
        ? new CallOutcome.OverBudget(String.valueOf(result.error()))
        : new CallOutcome.Answered(result);
  }

  /** What could not be stored is never told as done. */
  private CallOutcome unstored(CallResult result, Throwable failure) {
    Throwable cause = CallFailure.cause(failure);
    return new CallOutcome.Answered(
        new CallResult(
            result.identity(),
            CallStatus.FAILED,
            null,
            null,
            "the call's result could not be stored: "
                + redactor.redact(String.valueOf(cause.getMessage())),
            result.asked(),
            result.cacheStatus(),
            result.cacheKey(),
            AnswerValidation.NONE,
            result.usage(),
            result.durationMs(),
            result.worktree()));
  }

  private static CallValidation row(AnswerValidation validation) {
    return new CallValidation(
        validation.status(), violationsJson(validation.errors()), validation.attempts());
  }

  private static @Nullable String violationsJson(List<Violation> violations) {
    return violations.isEmpty() ? null : new Invalid(violations).violationsJson();
  }
}
