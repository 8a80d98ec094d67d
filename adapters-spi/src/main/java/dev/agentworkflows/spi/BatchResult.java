package dev.agentworkflows.spi;

/** What became of one question of a batch. */
public sealed interface BatchResult {

  /** The item's own id. */
  String customId();

  /** The model answered. */
  record Answered(String customId, AgentReply reply) implements BatchResult {}

  /**
   * There is no answer.
   *
   * @param error for people: what happened, what to do; never a key, never a whole prompt
   * @param usage what is billed all the same
   */
  record Unanswered(String customId, Reason reason, String error, Usage usage)
      implements BatchResult {}

  /** Why a question has no answer. */
  enum Reason {
    /** The provider refused it, or the model did, or its answer is not a whole one. */
    FAILED,
    /** The provider did not come to it in time. */
    EXPIRED,
    /** The batch was cancelled before it was its turn. */
    CANCELLED
  }
}
