package dev.agentworkflows.adapter.acp;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What an agent says, chunk by chunk in order; a blank line stands between two messages. */
final class AnswerText {

  /** In characters. No model writes so much; a program that does is broken. */
  static final int MAX_LENGTH = 16 << 20;

  private final StringBuilder text = new StringBuilder();
  private @Nullable String message;
  private boolean newMessage;
  private boolean tooLong;

  void add(JsonNode chunk) {
    JsonNode content = chunk.path("content");
    String more = content.path("text").asString("");
    if (!content.path("type").asString("").equals("text") || more.isEmpty()) {
      return;
    }
    String id = chunk.path("messageId").asString(null);
    newMessage |= id != null && message != null && !id.equals(message);
    message = id;
    if (more.length() > MAX_LENGTH - text.length()) {
      tooLong = true;
    } else {
      text.append(newMessage && !text.isEmpty() ? "\n\n" : "").append(more);
    }
    newMessage = false;
  }

  /** Something else was done in between: what comes next is another message. */
  void interrupted() {
    newMessage = true;
  }

  boolean isTooLong() {
    return tooLong;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
