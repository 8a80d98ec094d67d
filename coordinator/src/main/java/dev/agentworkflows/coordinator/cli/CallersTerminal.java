package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.progress.Terminal;
import dev.agentworkflows.coordinator.progress.TerminalSize;
import dev.agentworkflows.coordinator.progress.TypedLines;
import dev.agentworkflows.coordinator.up.Caller;
import dev.agentworkflows.coordinator.up.TerminalFacts;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The terminal of the process that has a command carried out here. */
final class CallersTerminal implements Terminal {

  private static final TerminalSize.Size USUAL = new TerminalSize.Size(80, 24);

  private final TerminalFacts streams;
  private final Caller caller;

  CallersTerminal(TerminalFacts streams, Caller caller) {
    this.streams = streams;
    this.caller = caller;
  }

  @Override
  public boolean isOutput() {
    return streams.output();
  }

  @Override
  public boolean isErrors() {
    return streams.errors();
  }

  @Override
  public TerminalSize size(Map<String, String> environment) {
    return new TerminalSize() {
      @Override
      public Size now() {
        int columns = caller.columns();
        int rows = caller.rows();
        return columns > 0 && rows > 0 ? new Size(columns, rows) : USUAL;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Optional<TypedLines> typed() {
    return streams.input() && streams.output()
        ? Optional.of(
            new TypedLines() {
              @Override
              public boolean isReady() throws IOException {
                return caller.hasLine();
              }

              @Override
              public @Nullable String read() throws IOException {
                return caller.readLine();
              }
            })
        : Optional.empty();
  }
}
