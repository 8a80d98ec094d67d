package dev.agentworkflows.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said before a call, when it goes on in the conversation of an earlier one. The earlier
 * call stays as it is: any number of calls may go on from it, each on its own.
 *
 * @param turns the earlier calls, oldest first, at most {@value #MAX_TURNS} of at most {@value
 *     #MAX_BYTES} bytes together, in UTF-8. Empty for a call that begins a conversation, and for an
 *     adapter that has the turns in its prompt
 * @param session the provider's side of it, as the reply of its last turn told it ({@link
 *     AgentReply#session}), from the same working directory; null when there is none that this call
 *     could go on in. It has been stored meanwhile: check its form before it goes to a command line
 * @since level 5
 */
public record Conversation(List<Turn> turns, @Nullable AgentSession session) {

  /** How many turns a conversation has at most. */
  public static final int MAX_TURNS = 1_000;

  /** How many bytes of UTF-8 its turns have at most. */
  public static final int MAX_BYTES = 4 << 20;

  /** Nothing was said before. */
  public static final Conversation NONE = new Conversation(List.of(), null);

  /**
   * One earlier call, as it is stored: known secrets are taken out.
   *
   * @param answer never blank
   */
  public record Turn(String prompt, String answer) {}

  public Conversation {
    turns = List.copyOf(turns);
  }
}
