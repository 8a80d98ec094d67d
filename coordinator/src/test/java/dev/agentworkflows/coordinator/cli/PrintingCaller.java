package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.up.Caller;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A caller without a terminal, that starts nothing. */
record PrintingCaller(OutputStream output) implements Caller {

  @Override
  public OutputStream errors() {
    return output;
  }

  @Override
  public int columns() {
    return 0;
  }

  @Override
  public int rows() {
    return 0;
  }

  @Override
  public Process start(ProcessBuilder program) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Runnable atSignal(Runnable action) {
    return () -> {};
  }

  @Override
  public boolean hasLine() {
    return true;
  }

  @Override
  public @Nullable String readLine() {
    return null;
  }

  @Override
  public void release(int exitCode) {}
}
