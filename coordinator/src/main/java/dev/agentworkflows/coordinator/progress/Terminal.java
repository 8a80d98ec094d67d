package dev.agentworkflows.coordinator.progress;

import java.util.Map;
import java.util.Optional;

/** What a person sees of a command, and types into it, in the process that it was typed in. */
public interface Terminal {

  /** Whether people look at standard output. */
  boolean isOutput();

  /** Whether people look at standard error. */
  boolean isErrors();

  /**
   * Watches the size until that is closed.
   *
   * @param environment what it says where the terminal tells nothing
   */
  TerminalSize size(Map<String, String> environment);

  /** Empty where nobody can be asked. */
  Optional<TypedLines> typed();

  /** None but, perhaps, for what is read of standard output. */
  static Terminal none(boolean output) {
    return new Terminal() {
      @Override
      public boolean isOutput() {
        return output;
      }

      @Override
      public boolean isErrors() {
        return false;
      }

      @Override
      public TerminalSize size(Map<String, String> environment) {
        return SttySize.watch(environment);
      }

      @Override
      public Optional<TypedLines> typed() {
        return Optional.empty();
      }
    };
  }
}
