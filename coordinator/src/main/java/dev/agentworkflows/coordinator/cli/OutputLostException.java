package dev.agentworkflows.coordinator.cli;

/** Standard output can't be written, and going on would serve nobody. {@link Console} says why. */
final class OutputLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OutputLostException() {
    super("standard output can't be written");
  }
}
