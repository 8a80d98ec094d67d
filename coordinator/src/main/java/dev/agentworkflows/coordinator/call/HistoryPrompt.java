package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.spi.Conversation;
import java.util.List;

/** A prompt that holds what was said before, for who takes no messages and keeps no sessions. */
final class HistoryPrompt {

  private static final String HEAD =
      "This request goes on in a conversation. What was said before, oldest first:\n";

  private HistoryPrompt() {}

  static String of(List<Conversation.Turn> turns, String prompt) {
    StringBuilder text = new StringBuilder(HEAD);
    int number = 0;
    for (Conversation.Turn turn : turns) {
      number++;
      text.append("\n[Request ").append(number).append("]\n").append(turn.prompt());
      text.append("\n\n[Your answer ").append(number).append("]\n").append(turn.answer());
      text.append('\n');
    }
    return text.append("\n[The request now]\n").append(prompt).toString();
  }
}
