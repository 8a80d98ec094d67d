package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.up.CallersCommand;
import dev.agentworkflows.coordinator.up.CallersCommands;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Commands of this user's other processes that only look, carried out with the caller's environment
 * and directory: what is found, shown and redacted is what it would be in a process of its own.
 * Whatever is not known to be so is not taken.
 */
final class CallersCommandLine implements CallersCommands {

  private static final Set<String> PAGES = Set.of("--help", "-h", "help", "--version", "-V");

  /** They read a home, start no program, load no adapter, write no file and come to an end. */
  private static final Set<String> READING =
      Set.of(
          "status",
          "runs",
          "calls",
          "output",
          "events",
          "cat",
          "artifacts",
          "explain-cache",
          "usage");

  private static final Set<String> OPTIONS =
      Set.of("--home", "--json", "--help", "-h", "--limit", "--all-homes", "--by", "--prompt");

  private final Commands.Opener commands;

  CallersCommandLine(Commands.Opener commands) {
    this.commands = commands;
  }

  @Override
  public boolean takes(CallersCommand command) {
    List<String> words = command.arguments();
    return !words.isEmpty()
        && (PAGES.contains(words.get(0)) || READING.contains(words.get(0)) && areKnown(words))
        && !StartTrace.isAsked(command.variables())
        && command.variables().entrySet().stream().noneMatch(CallersCommandLine::needsTheCaller);
  }

  private static boolean areKnown(List<String> words) {
    return words.stream()
        .filter(word -> word.startsWith("-"))
        .allMatch(word -> OPTIONS.contains(word.replaceFirst("=.*", "")));
  }

  /**
   * Whether a variable names another coordinator, or a settings file that is relative to the
   * caller's directory, which this process would look for in its own.
   */
  private static boolean needsTheCaller(Map.Entry<String, String> variable) {
    String name = variable.getKey();
    String value = variable.getValue();
    return RemoteOptions.VARIABLES.containsValue(name)
        ? !value.isBlank()
        : name.startsWith("OWF_") && name.endsWith("_FILE") && !value.startsWith("/");
  }

  @Override
  public int carryOut(CallersCommand command, OutputStream out, OutputStream err) {
    Environment environment = Environment.of(command.variables(), command.directory());
    Console screen =
        Console.on(out, err, Providers.usualRedactor(environment.variables()), command.terminal());
    return screen.finish(
        commands.on(screen, environment).run(command.arguments().toArray(String[]::new)));
  }
}
