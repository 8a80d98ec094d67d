package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.store.AnswerSession;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Gives a call what was said before, in the best form that its provider takes: in a session of the
 * provider's own, as messages, or in its prompt.
 *
 * <p>A session belongs to the provider and to the directory that its agent worked in: what it knows
 * are the files of that directory.
 */
final class ConversationStep {

  private final Conversations conversations;
  private final CallThreads threads;

  ConversationStep(Conversations conversations, CallThreads threads) {
    this.conversations = conversations;
    this.threads = threads;
  }

  /** Completes with the call as its adapter is to be asked; at once when nothing was said. */
  CompletableFuture<AgentCall> prepare(
      InFlightCall call, AdmittedCall admitted, Provider provider, AgentCall asked) {
    ContinuedCall continued = admitted.continued();
    if (continued == null) {
      return CompletableFuture.completedFuture(asked);
    }
    return call.waitFor(
            CompletableFuture.supplyAsync(
                () -> conversations.turns(continued), threads.of(admitted.scope().ledger())))
        .thenCompose(turns -> withSession(call, admitted, continued, provider, asked, turns));
  }

  private CompletableFuture<AgentCall> withSession(
      InFlightCall call,
      AdmittedCall admitted,
      ContinuedCall continued,
      Provider provider,
      AgentCall asked,
      List<Conversation.Turn> turns) {
    if (!provider.can(Capability.SESSIONS)) {
      return CompletableFuture.completedFuture(
          withHistory(admitted, provider, asked, turns, "it keeps no sessions"));
    }
    Optional<AnswerSession> kept = call.heldSession().or(() -> conversations.session(continued));
    String lost = whyLost(continued, provider, asked, kept);
    if (lost != null) {
      return CompletableFuture.completedFuture(withHistory(admitted, provider, asked, turns, lost));
    }
    AnswerSession session = kept.orElseThrow();
    return CompletableFuture.completedFuture(
        asked.in(new Conversation(turns, new AgentSession(session.id(), session.once()))));
  }

  /**
   * Takes the session of a call that goes out now, where one call alone may go on in it. A call
   * that never goes out leaves it to others.
   *
   * @return fails as a lost session does when another call was first
   */
  CompletableFuture<Void> takeSession(InFlightCall call, AdmittedCall admitted, AgentCall asked) {
    AgentSession session = asked.conversation().session();
    ContinuedCall continued = admitted.continued();
    if (session == null || continued == null || !session.once() || call.heldSession().isPresent()) {
      return CompletableFuture.completedFuture(null);
    }
    AnswerSession kept = new AnswerSession(session.id(), asked.workingDirectory().toString(), true);
    return call.waitFor(conversations.take(continued, kept))
        .thenCompose(taken -> {
          if (!taken) {
            return CompletableFuture.failedFuture(
                new AdapterException(
                    AdapterException.Kind.SESSION_LOST, "another call goes on in its session"));
          }
          call.holdSession(kept);
          return CompletableFuture.completedFuture(null);
        });
  }

  private static @Nullable String whyLost(
      ContinuedCall continued,
      Provider provider,
      AgentCall asked,
      Optional<AnswerSession> session) {
    if (!continued.provider().equals(provider.name())) {
      return "its last answer came from " + continued.provider();
    }
    if (session.isEmpty()) {
      return "no session of it is left to go on in";
    }
    return session.get().directory().equals(asked.workingDirectory().toString())
        ? null
        : "its session belongs to another directory";
  }

  /** The same call without a session, which the provider no longer has or which has changed. */
  AgentCall withoutSession(AdmittedCall admitted, Provider provider, AgentCall asked, String why) {
    return withHistory(admitted, provider, asked, asked.conversation().turns(), why);
  }

  private static AgentCall withHistory(
      AdmittedCall admitted,
      Provider provider,
      AgentCall asked,
      List<Conversation.Turn> turns,
      String why) {
    if (provider.can(Capability.HISTORY)) {
      return asked.in(new Conversation(turns, null));
    }
    warn(admitted, provider, why);
    return asked.in(Conversation.NONE).withPrompt(HistoryPrompt.of(turns, asked.prompt()));
  }

  /** Once for a conversation; for a provider that keeps none, once for the run. */
  private static void warn(AdmittedCall admitted, Provider provider, String why) {
    RunContext scope = admitted.scope();
    ContinuedCall continued = admitted.continued();
    Object about =
        provider.can(Capability.SESSIONS) && continued != null ? continued.conversation() : "";
    if (scope.mayWarn("history as text to " + provider.name() + " " + about)) {
      scope
          .events()
          .warning(
              admitted.id(),
              "%s gets the conversation as text, in front of the prompt: %s"
                  .formatted(provider.name(), why));
    }
  }
}
