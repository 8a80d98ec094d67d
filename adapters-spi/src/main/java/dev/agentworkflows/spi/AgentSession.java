package dev.agentworkflows.spi;

/**
 * The provider's side of a conversation, which a later call may go on in.
 *
 * @param id the provider's own name of it; what is longer than {@value #MAX_ID} characters, or
 *     holds control characters, is not kept
 * @param once whoever goes on in it changes it, so that one call may do so and no other. False when
 *     each goes on in a copy
 * @since level 5
 */
public record AgentSession(String id, boolean once) {

  /** How long an id may be. */
  public static final int MAX_ID = 500;
}
