package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.adapter.cli.Failure;
import dev.agentworkflows.adapter.cli.FailureWords;
import dev.agentworkflows.adapter.cli.HttpStatus;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.Usage;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What an error of an agent's means: the protocol has a code for a missing login, and no other. */
final class AgentErrors {

  private static final int LOGIN = -32000;

  private static final String LIMIT_REACHED = "usage_limit_reached";

  private AgentErrors() {}

  /**
   * @param name the agent's
   * @param method what was asked of it
   * @param loginMethods what it said about how to log in
   * @param nothingBegan whether it has shown no work
   */
  static AdapterException of(
      String name, String method, JsonNode error, JsonNode loginMethods, boolean nothingBegan) {
    int code = error.path("code").asInt(0);
    String words = words(error);
    if (code == LOGIN) {
      return login(name, words, loginMethods, nothingBegan);
    }
    Kind kind = FailureWords.kind(words);
    // The fields beside the words for people.
    if (kind != Kind.EXHAUSTED && error.path("data").toString().contains(LIMIT_REACHED)) {
      kind = Kind.USAGE_LIMITED;
    }
    boolean told = kind == Kind.USAGE_LIMITED || FailureWords.lasting(words) != null;
    if (code >= 400 && code < 600 && !told) {
      kind = HttpStatus.kind(code); // Some pass their provider's status on.
    }
    String asked = method.equals("session/prompt") ? "" : method + ": ";
    if (kind == Kind.USAGE_LIMITED) {
      return Failure.limited(
          name,
          FailureWords.usageLimit(words + " " + error.path("data"), nothingBegan),
          asked + words,
          Usage.UNKNOWN);
    }
    AdapterException failure =
        Failure.reported(name, kind, asked + words, Usage.UNKNOWN, nothingBegan);
    boolean overloaded = kind == Kind.TRANSIENT && code == HttpStatus.OVERLOADED;
    return nothingBegan && overloaded ? failure.beforeWork() : failure;
  }

  private static AdapterException login(
      String name, String words, JsonNode loginMethods, boolean nothingBegan) {
    List<String> offered = new ArrayList<>();
    for (JsonNode method : loginMethods) {
      String id = method.path("id").asString("");
      offered.add("%s (%s)".formatted(method.path("name").asString(id), id));
    }
    String cure =
        offered.isEmpty()
            ? "Log in with its own program, then try again"
            : "Log in with its own program, or set auth_method to one of what it offers: "
                + String.join(", ", offered);
    return new AdapterException(
        nothingBegan ? Kind.UNAVAILABLE : Kind.PERMANENT,
        "%s is not logged in: %s. %s.".formatted(name, words, cure));
  }

  /** The message, and what stands beside it: often it says no more than "Internal error". */
  static String words(JsonNode error) {
    String message = error.path("message").asString("").strip();
    JsonNode data = error.path("data");
    String more = "";
    if (data.isString()) {
      more = data.stringValue();
    } else if (data.isObject()) {
      more = data.path("details").asString(data.path("message").asString(""));
      more = more.isEmpty() ? data.toString() : more;
    }
    if (more.isBlank() || message.contains(more)) {
      return message;
    }
    return message.isEmpty() ? more : message + ": " + more;
  }
}
