package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a failure's message may not repeat, whatever a program writes: the secrets that the program
 * was given, and the prompt.
 */
final class Discretion {

  private static final int LONGEST_MESSAGE = 2000;

  /** A shorter prompt says nothing, and may well be a word of the message. */
  private static final int SHORTEST_PROMPT = 40;

  private final Map<String, String> secrets;
  private final String prompt;

  private Discretion(Map<String, String> secrets, String prompt) {
    this.secrets = secrets;
    this.prompt = prompt.strip();
  }

  static Discretion about(Collection<String> names, AdapterContext context, String prompt) {
    Map<String, String> secrets = new TreeMap<>();
    for (String name : names) {
      context.secret(name).filter(value -> !value.isBlank()).ifPresent(v -> secrets.put(name, v));
    }
    return new Discretion(secrets, prompt);
  }

  /** Those that are set, by the names of their variables. */
  Map<String, String> secrets() {
    return secrets;
  }

  /** The same failure, fit to be written down. Its cause stays behind: it may say more. */
  AdapterException applyTo(AdapterException e) {
    String message = clean(String.valueOf(e.getMessage()));
    if (message.length() > LONGEST_MESSAGE) {
      message = message.substring(0, LONGEST_MESSAGE) + "…";
    }
    return new AdapterException(e.kind(), message, e.retryAfter(), e.usage(), null);
  }

  /** Before anything is cut off: half a secret would not be known as one. */
  AgentProcess.Exit applyTo(AgentProcess.Exit exit) {
    return new AgentProcess.Exit(exit.code(), clean(exit.stderr()), exit.linesLeftOut());
  }

  private String clean(String message) {
    String clean = message;
    if (prompt.length() >= SHORTEST_PROMPT) {
      clean = clean.replace(prompt, "[the prompt]");
    }
    for (Map.Entry<String, String> secret : secrets.entrySet()) {
      clean = clean.replace(secret.getValue(), "[redacted:" + secret.getKey() + "]");
    }
    return clean;
  }
}
