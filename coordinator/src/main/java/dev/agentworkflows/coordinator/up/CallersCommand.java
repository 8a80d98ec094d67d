package dev.agentworkflows.coordinator.up;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A command line of another process of this user, with what it found around it.
 *
 * @param directory where it was typed; absolute
 */
public record CallersCommand(
    Path directory, TerminalFacts terminal, List<String> arguments, Map<String, String> variables) {

  /** Without a value: the environment holds keys. */
  @Override
  public String toString() {
    return "CallersCommand" + arguments;
  }
}
