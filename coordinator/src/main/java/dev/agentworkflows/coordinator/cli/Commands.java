package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import java.util.List;
import picocli.CommandLine;

/** All commands by name, for those that are about others. For one thread. */
interface Commands {

  /** What prints on a given screen. */
  @FunctionalInterface
  interface Opener {
    Commands on(Console screen, Environment environment);
  }

  /** The names of all commands, in the order in which people read them. */
  List<String> all();

  /** A command, to be inspected or parsed. */
  CommandLine commandLine(String name);

  /** Runs a command line and gives its exit code. */
  int run(String... args);

  /**
   * Runs it in this process, wherever options and variables may point: remote clients must not have
   * this machine ask another one, with its own token.
   */
  int runHere(String... args);

  /** Prints why a command line is not run, and gives the exit code. */
  int refuse(String message, boolean asJson);
}
