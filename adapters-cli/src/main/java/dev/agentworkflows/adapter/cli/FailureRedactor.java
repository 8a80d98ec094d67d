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
public final class FailureRedactor {

  private static final int MAX_MESSAGE = 2000;

  /** A shorter prompt says nothing, and may well be a word of the message. */
  private static final int MIN_PROMPT = 40;

  private final Map<String, String> secrets;
  private final String prompt;
  private final AdapterContext context;

  private FailureRedactor(Map<String, String> secrets, String prompt, AdapterContext context) {
    this.secrets = secrets;
    this.context = context;
    this.prompt = prompt.strip();
  }

  public static FailureRedactor about(
      Collection<String> names, AdapterContext context, String prompt) {
    Map<String, String> secrets = new TreeMap<>();
    for (String name : names) {
      context.secret(name).filter(value -> !value.isBlank()).ifPresent(v -> secrets.put(name, v));
    }
    return new FailureRedactor(secrets, prompt, context);
  }

  /** Those that are set, by the names of their variables. */
  public Map<String, String> secrets() {
    return secrets;
  }

  /** The same failure, fit to be written down. Its cause stays behind: it may say more. */
  public AdapterException applyTo(AdapterException e) {
    String message = clean(String.valueOf(e.getMessage()));
    if (message.length() > MAX_MESSAGE) {
      message = message.substring(0, MAX_MESSAGE) + "…";
    }
    return e.withMessage(message);
  }

  /** Before anything is cut off: half a secret would not be known as one. */
  public AgentProcess.Exit applyTo(AgentProcess.Exit exit) {
    return new AgentProcess.Exit(exit.code(), clean(exit.stderr()), exit.linesLeftOut());
  }

  private String clean(String message) {
    String clean = message;
    if (prompt.length() >= MIN_PROMPT) {
      clean = clean.replace(prompt, "[the prompt]");
    }
    for (Map.Entry<String, String> secret : secrets.entrySet()) {
      clean = clean.replace(secret.getValue(), "[redacted:" + secret.getKey() + "]");
    }
    // A program may repeat the keys of others, too.
    return context.redact(clean);
  }
}
