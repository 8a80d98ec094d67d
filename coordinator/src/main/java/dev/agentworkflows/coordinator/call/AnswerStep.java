package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.schema.AnswerSchema;
import dev.agentworkflows.coordinator.schema.CorrectionPrompt;
import dev.agentworkflows.coordinator.schema.StructuredAnswer;
import dev.agentworkflows.coordinator.schema.StructuredAnswer.Invalid;
import dev.agentworkflows.coordinator.schema.StructuredAnswer.Valid;
import dev.agentworkflows.coordinator.schema.Violation;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.store.AnswerSession;
import dev.agentworkflows.store.CallStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Gets an answer that satisfies the call's schema; a read-only call is asked once more. */
final class AnswerStep {

  private static final int MAX_ANSWERS = 2;

  private final FallbackStep provider;

  AnswerStep(FallbackStep provider) {
    this.provider = provider;
  }

  /** Completes with how the call ended, or with a {@link CallFailure} or what means one. */
  CompletableFuture<CallCompletion> answer(
      InFlightCall call, AdmittedCall admitted, CallDirectory place) {
    String prompt = admitted.request().task().prompt();
    AnswerSchema schema = admitted.schema();
    if (schema == null) {
      return provider
          .ask(new PromptedCall(call, admitted, place, prompt))
          .thenApply(reply -> text(reply).in(session(reply, place)));
    }
    return structured(call, admitted, place, schema, prompt, 1);
  }

  private CompletableFuture<CallCompletion> structured(
      InFlightCall call,
      AdmittedCall admitted,
      CallDirectory place,
      AnswerSchema schema,
      String prompt,
      int answers) {
    return provider
        .ask(new PromptedCall(call, admitted, place, prompt))
        .thenCompose(reply -> {
          StructuredAnswer checked = schema.check(reply.text(), admitted.request().task().prompt());
          if (checked instanceof Valid valid) {
            return CompletableFuture.completedFuture(
                valid(reply, valid, answers).in(session(reply, place)));
          }
          List<Violation> violations = ((Invalid) checked).violations();
          if (answers < MAX_ANSWERS && !admitted.request().mutating()) {
            String correction = CorrectionPrompt.of(admitted.request().task().prompt(), violations);
            return structured(call, admitted, place, schema, correction, answers + 1);
          }
          return CompletableFuture.completedFuture(invalid(reply, violations, answers));
        });
  }

  /** What no id looks like is none. */
  private static @Nullable AnswerSession session(AgentReply reply, CallDirectory place) {
    AgentSession session = reply.session();
    if (session == null
        || session.id().isBlank()
        || session.id().length() > AgentSession.MAX_ID
        || session.id().chars().anyMatch(Character::isISOControl)) {
      return null;
    }
    return new AnswerSession(session.id(), place.directory().toString(), session.once());
  }

  private static CallCompletion text(AgentReply reply) {
    return new CallCompletion(
        CallStatus.DONE, reply.text(), reply.model(), null, List.of(), 0, null);
  }

  private static CallCompletion valid(AgentReply reply, Valid valid, int answers) {
    return new CallCompletion(
        CallStatus.DONE, reply.text(), reply.model(), valid.valueJson(), List.of(), answers, null);
  }

  private static CallCompletion invalid(AgentReply reply, List<Violation> violations, int answers) {
    Violation first = violations.get(0);
    String where = first.path().isEmpty() ? "" : " at " + first.path();
    return new CallCompletion(
        CallStatus.SCHEMA_FAILED,
        reply.text(),
        reply.model(),
        null,
        violations,
        answers,
        "the answer does not satisfy the schema" + where + ": " + first.message());
  }
}
