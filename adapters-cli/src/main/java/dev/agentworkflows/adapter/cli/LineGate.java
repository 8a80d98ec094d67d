package dev.agentworkflows.adapter.cli;

import java.util.function.Consumer;

/** Lets lines through from one thread until another shuts it, which then sees all that they did. */
final class LineGate implements Consumer<String> {

  private final Consumer<String> lines;
  private boolean open = true;

  LineGate(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public synchronized void accept(String line) {
    if (open) {
      lines.accept(line);
    }
  }

  synchronized void shut() {
    open = false;
  }
}
