package dev.agentworkflows.coordinator.option;

/** An option of a call can't be used. The message begins with the option's name. */
public final class OptionException extends Exception {

  private static final long serialVersionUID = 1L;

  OptionException(String message) {
    super(message);
  }
}
