package dev.agentworkflows.store;

/**
 * The provider's side of the conversation that an answer ended.
 *
 * @param id the provider's own name of it
 * @param directory where the agent worked: compared, never opened
 * @param once one call may go on in it, and no other
 */
public record AnswerSession(String id, String directory, boolean once) {}
