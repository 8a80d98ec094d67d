package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.budget.TokenEstimate;
import dev.agentworkflows.coordinator.option.CheckedOptions;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.Conversation;

/**
 * How many tokens a call's prompt takes, schema and what was said before included: estimated once,
 * when first asked.
 */
final class PromptSize {

  /** Roles, names, separators. */
  private static final int AROUND_IT = 8;

  private final AgentCall call;
  private final CheckedOptions options;
  private final boolean schemaInPrompt;
  private long tokens = -1;

  /**
   * @param schemaInPrompt whether the call's prompt has the schema in it, for a provider that takes
   *     none beside it
   */
  PromptSize(AgentCall call, CheckedOptions options, boolean schemaInPrompt) {
    this.call = call;
    this.options = options;
    this.schemaInPrompt = schemaInPrompt;
  }

  /** The size of the same call in another form. */
  PromptSize of(AgentCall other) {
    return new PromptSize(other, options, schemaInPrompt);
  }

  synchronized long tokens() {
    if (tokens < 0) {
      tokens = TokenEstimate.of(call.prompt()) + options.estimatedTokens();
      if (options.system() != null) {
        tokens += TokenEstimate.of(options.system()) + AROUND_IT;
      }
      if (call.schemaJson() != null && !schemaInPrompt) {
        tokens += TokenEstimate.of(call.schemaJson()) + AROUND_IT;
      }
      for (Conversation.Turn turn : call.conversation().turns()) {
        tokens += TokenEstimate.of(turn.prompt()) + TokenEstimate.of(turn.answer()) + 2 * AROUND_IT;
      }
    }
    return tokens;
  }
}
