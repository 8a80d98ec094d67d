package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.cache.CallKey;
import dev.agentworkflows.coordinator.schema.Violation;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.store.AnswerSession;
import dev.agentworkflows.store.AskedCall;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.CallUsage;
import dev.agentworkflows.store.KeptWorktree;
import dev.agentworkflows.store.RememberedResult;
import dev.agentworkflows.store.ValidationStatus;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is recorded of calls and returned to the script, all texts redacted. */
final class CallResults {

  private static final CallUsage FREE = new CallUsage(0L, 0L, 0L, 0L, BigDecimal.ZERO);

  private final Redactor redactor;

  CallResults(Redactor redactor) {
    this.redactor = redactor;
  }

  CallIdentity identity(AdmittedCall call) {
    return new CallIdentity(
        call.id(),
        call.scope().runId(),
        call.index(),
        redactor.redactNullable(call.request().position().label()),
        redactor.redactNullable(call.request().position().phase()));
  }

  AskedCall asked(AdmittedCall call, String provider, @Nullable String model) {
    CallRequest request = call.request();
    return new AskedCall(
        redactor.redact(provider),
        redactor.redactNullable(model),
        redactor.redactNullable(request.routing().agentType()),
        request.isolation(),
        request.mutating(),
        call.schema() == null ? null : call.schema().hash(),
        request.task().continues());
  }

  /** Of a call that was paid for, or that failed. */
  CallResult completed(
      AdmittedCall call,
      Target asked,
      CallCompletion ending,
      CallMeter meter,
      CacheStatus cacheStatus) {
    return new CallResult(
        identity(call),
        ending.status(),
        redactor.redactNullable(ending.text()),
        redactor.redactNullable(ending.valueJson()),
        redactor.redactNullable(ending.error()),
        asked(call, asked.name(), model(asked, ending, meter)),
        cacheStatus,
        call.key() == null ? null : call.key().hash(),
        validation(ending),
        usage(meter),
        meter.durationMs(),
        redact(ending.left()));
  }

  /** Of a call that has no answer, the one that was at work on it. */
  private static @Nullable String model(Target asked, CallCompletion ending, CallMeter meter) {
    if (ending.model() != null) {
      return ending.model();
    }
    String answering = meter.answering();
    return answering == null ? asked.model() : answering;
  }

  /** Of a call that was answered from the cache. */
  CallResult hit(AdmittedCall call, CallKey key, RememberedResult remembered) {
    Target first = call.first();
    boolean ofFirst = remembered.provider().equals(first.name());
    return new CallResult(
        identity(call),
        CallStatus.DONE,
        redactor.redactNullable(remembered.text()),
        redactor.redactNullable(remembered.valueJson()),
        null,
        asked(
            call,
            remembered.provider(),
            remembered.model() == null && ofFirst ? first.model() : remembered.model()),
        CacheStatus.HIT,
        key.hash(),
        new AnswerValidation(remembered.validationStatus(), List.of(), 0),
        FREE,
        0,
        KeptWorktree.NOTHING);
  }

  private AnswerValidation validation(CallCompletion ending) {
    return new AnswerValidation(
        ending.validations() == 0
            ? null
            : ending.violations().isEmpty() ? ValidationStatus.VALID : ValidationStatus.INVALID,
        ending.violations().stream().map(this::redact).toList(),
        ending.validations());
  }

  private static CallUsage usage(CallMeter meter) {
    Usage usage = meter.usage();
    return new CallUsage(
        usage.inputTokens(),
        usage.outputTokens(),
        usage.cacheReadTokens(),
        usage.cacheWriteTokens(),
        meter.totalCostUsd());
  }

  private KeptWorktree redact(KeptWorktree worktree) {
    return new KeptWorktree(
        redactor.redactNullable(worktree.path()),
        redactor.redactNullable(worktree.branch()),
        worktree.changedFiles().stream().map(redactor::redact).toList());
  }

  /** An id with a key in it is none any more. */
  @Nullable AnswerSession session(@Nullable AnswerSession session) {
    return session == null || !redactor.redact(session.id()).equals(session.id())
        ? null
        : new AnswerSession(session.id(), redactor.redact(session.directory()), session.once());
  }

  private Violation redact(Violation violation) {
    return new Violation(redactor.redact(violation.path()), redactor.redact(violation.message()));
  }
}
