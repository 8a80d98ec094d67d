package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.store.AnswerSession;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.ConversationSize;
import dev.agentworkflows.store.Store;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The conversations of the store: who may go on in which, and what was said there. Blocks as long
 * as the store does.
 */
final class Conversations {

  /**
   * Of an agent that edited files and had nothing to say, and of a prompt that was files alone;
   * providers refuse empty messages.
   */
  private static final String SILENT = "(no text)";

  private final Store store;

  Conversations(Store store) {
    this.store = store;
  }

  /**
   * The call that a script wants to go on from.
   *
   * @throws Admission.MisuseException when it can't: whose call it is, how it ended, how long the
   *     conversation is
   */
  ContinuedCall find(RunContext scope, String callId) throws Admission.MisuseException {
    CallRecord call =
        store
            .reader()
            .call(callId)
            .filter(named -> mayKnow(scope.runId(), named.identity().runId()))
            .orElseThrow(() ->
                misuse(
                    "'%s' is no call of this run, its parent or children, or a run that it resumes"
                        .formatted(callId)));
    if (call.status() != CallStatus.DONE) {
      throw misuse(
          "expected a result that is done; the call %s is '%s'"
              .formatted(callId, call.status().label()));
    }
    ConversationSize size = store.reader().conversationSize(callId, Conversation.MAX_TURNS);
    if (size.turns() > Conversation.MAX_TURNS || size.bytes() > Conversation.MAX_BYTES) {
      throw misuse(
          ("the conversation that %s ended is too long: at most %,d calls with %,d bytes of prompts"
                  + " and answers can be continued, and it has %s%,d calls with %,d bytes")
              .formatted(
                  callId,
                  Conversation.MAX_TURNS,
                  Conversation.MAX_BYTES,
                  size.turns() > Conversation.MAX_TURNS ? "at least " : "",
                  size.turns(),
                  size.bytes()));
    }
    if (!size.whole()) {
      throw misuse(
          "a part of the conversation that %s ended is not in the home any more".formatted(callId));
    }
    String answeredBy = call.answeredBy() == null ? callId : call.answeredBy();
    return new ContinuedCall(
        answeredBy, call.cache().key(), call.asked().provider(), size.bytes(), size.first());
  }

  private static Admission.MisuseException misuse(String what) {
    return new Admission.MisuseException("continues: " + what);
  }

  /** A run's token is good for its own tree, and what a resume is answered from, and no more. */
  private boolean mayKnow(String runId, String otherId) {
    if (runId.equals(otherId)) {
      return true;
    }
    String other = root(otherId);
    Set<String> seen = new HashSet<>();
    String next = root(runId);
    while (next != null && seen.add(next)) {
      if (next.equals(other)) {
        return true;
      }
      next = store.reader().run(next).map(run -> run.lineage().resumedFromRunId()).orElse(null);
    }
    return false;
  }

  private @Nullable String root(String runId) {
    return store
        .reader()
        .run(runId)
        .map(run -> run.lineage().parentRunId() == null ? run.id() : run.lineage().parentRunId())
        .orElse(null);
  }

  /** What was said, oldest first. */
  List<Conversation.Turn> turns(ContinuedCall call) {
    return store.reader().conversation(call.answeredBy(), Conversation.MAX_TURNS).stream()
        .map(turn ->
            new Conversation.Turn(orPlaceholder(turn.prompt()), orPlaceholder(turn.answer())))
        .toList();
  }

  private static String orPlaceholder(String text) {
    return text.isBlank() ? SILENT : text;
  }

  /** The provider's side of it; empty when it keeps none, or it was taken. */
  Optional<AnswerSession> session(ContinuedCall call) {
    return store.reader().session(call.answeredBy());
  }

  /** Takes a session for one call alone; completes with false when another was first. */
  CompletableFuture<Boolean> take(ContinuedCall call, AnswerSession session) {
    return store.writer().takeSession(call.answeredBy(), session.id());
  }
}
