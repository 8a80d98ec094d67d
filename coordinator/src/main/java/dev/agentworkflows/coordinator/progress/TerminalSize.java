package dev.agentworkflows.coordinator.progress;

/** How large a terminal is, also after it was resized. Thread-safe. */
public interface TerminalSize extends AutoCloseable {

  /** In characters. */
  record Size(int columns, int rows) {}

  /** As it is now; may take a few milliseconds when it has changed. */
  Size now();

  @Override
  void close();
}
