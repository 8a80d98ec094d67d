package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What all commands have in common. */
abstract class Command implements Callable<Integer> {

  private final Console screen;
  private final Environment environment;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(names = "--debug", description = "On an error, show the stack trace too.")
  private boolean debug;

  Command(Console screen, Environment environment) {
    this.screen = screen;
    this.environment = environment;
  }

  Console screen() {
    return screen;
  }

  Environment environment() {
    return environment;
  }

  boolean debug() {
    return debug;
  }

  /** Whether an error is to be told as JSON. */
  boolean wantsJson() {
    return false;
  }
}
