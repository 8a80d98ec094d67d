package dev.agentworkflows.adapter.fake;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.spi.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Answers without a model: echoes the prompt or, for a call with a schema, gives the smallest value
 * that satisfies it. In a conversation the echo says which turn it is: {@code [turn 2] and now?}. A
 * call's metadata may say otherwise, see {@link FakeScript}.
 *
 * <p>Tokens that no script states are estimated as a quarter of the characters, rounded up: near
 * enough for budgets to be tried out.
 */
final class FakeAdapter implements Adapter {

  private final SchemaAnswers schemaAnswers = new SchemaAnswers();

  @Override
  public AgentReply invoke(AgentCall call, CallContext context)
      throws AdapterException, InterruptedException {
    FakeScript script = FakeScript.of(call.metadataJson());
    if (script.delayMs() > 0) {
      Thread.sleep(script.delayMs());
    }
    failAsScripted(script, context.attempt());
    String answer = answer(script, call);
    long inputTokens = orElse(script.inputTokens(), estimatedTokens(call));
    long outputTokens = orElse(script.outputTokens(), estimatedTokens(answer));
    return new AgentReply(
        answer, call.model(), Usage.of(inputTokens, outputTokens), script.costUsd());
  }

  @Override
  public boolean answersAtOnce(AgentCall call) {
    try {
      return FakeScript.of(call.metadataJson()).delayMs() == 0;
    } catch (AdapterException e) {
      return true;
    }
  }

  private static void failAsScripted(FakeScript script, int attempt) throws AdapterException {
    if (attempt <= script.failTimes()) {
      throw failure(
          Kind.TRANSIENT,
          script,
          "the fake provider fails attempt %d of %d, as its script says"
              .formatted(attempt, script.failTimes()));
    }
    switch (script.outcome()) {
      case ANSWER -> {}
      case FAIL ->
          throw failure(Kind.PERMANENT, script, "the fake provider fails, as its script says");
      case TIME_OUT ->
          throw failure(Kind.TIMEOUT, script, "the fake provider times out, as its script says");
    }
  }

  private static AdapterException failure(Kind kind, FakeScript script, String otherwise) {
    Usage usage = new Usage(script.inputTokens(), script.outputTokens(), null, null);
    String message = script.error() == null ? otherwise : script.error();
    return new AdapterException(kind, message, null, usage, null);
  }

  private String answer(FakeScript script, AgentCall call) throws AdapterException {
    if (script.answer() != null) {
      return script.answer();
    }
    if (call.schemaJson() == null) {
      int earlier = call.conversation().turns().size();
      return earlier == 0 ? call.prompt() : "[turn %d] %s".formatted(earlier + 1, call.prompt());
    }
    return schemaAnswers.answer(call.schemaJson());
  }

  private static long estimatedTokens(AgentCall call) {
    long tokens = estimatedTokens(call.prompt());
    for (Conversation.Turn turn : call.conversation().turns()) {
      tokens += estimatedTokens(turn.prompt()) + estimatedTokens(turn.answer());
    }
    return tokens;
  }

  private static long estimatedTokens(String text) {
    return (text.length() + 3L) / 4;
  }

  private static long orElse(@Nullable Long value, long otherwise) {
    return value == null ? otherwise : value;
  }
}
