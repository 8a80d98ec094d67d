package dev.agentworkflows.coordinator.web;

import com.sun.net.httpserver.HttpExchange;
import dev.agentworkflows.coordinator.Refusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import java.io.IOException;
import java.util.Optional;

/** What a page is sent where something is refused: a status, and a sentence for its reader. */
final class HttpRefusals {

  private HttpRefusals() {}

  static void send(HttpExchange exchange, ViewedHome viewed, RefusedException refused)
      throws IOException {
    Optional<Refusal> refusal = refused.refusal();
    String text = refusal.map(HttpRefusals::text).orElse(String.valueOf(refused.getMessage()));
    HttpResponses.refuse(
        exchange, refusal.map(HttpRefusals::status).orElse(500), viewed.redactor().redact(text));
  }

  private static int status(Refusal refusal) {
    return refusal instanceof RunRefusal.UnknownRun
            || refusal instanceof RunRefusal.UnknownCall
            || refusal instanceof RunRefusal.UnknownQuestion
            || refusal instanceof RunRefusal.NoQuestion
        ? 404
        : 409;
  }

  private static String text(Refusal refusal) {
    if (refusal instanceof RunRefusal.UnknownRun unknown) {
      return "There is no run " + unknown.id() + " in this home.";
    }
    if (refusal instanceof RunRefusal.QuestionAnswered answered) {
      return "Another answer came first: " + answered.answer();
    }
    return refusal.followedBy(".");
  }
}
