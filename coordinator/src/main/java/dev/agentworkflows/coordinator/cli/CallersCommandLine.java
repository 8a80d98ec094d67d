package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.StartTrace;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.call.SharedLimits;
import dev.agentworkflows.coordinator.up.Caller;
import dev.agentworkflows.coordinator.up.CallersCommand;
import dev.agentworkflows.coordinator.up.CallersCommands;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Commands of this user's other processes, carried out with the caller's environment, directory and
 * terminal: what is found, done, shown and redacted is what it would be in a process of its own.
 * Whatever is not known to be so is not taken.
 */
final class CallersCommandLine implements CallersCommands {

  private static final Set<String> PAGES = Set.of("--help", "-h", "help", "--version", "-V");

  /** They read a home, start no program, load no adapter, write no file and come to an end. */
  private static final Set<String> READ_ONLY =
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

  private static final Set<String> READ_ONLY_OPTIONS =
      Set.of("--home", "--json", "--help", "-h", "--limit", "--all-homes", "--by", "--prompt");

  /** They start the script in the caller's process. */
  private static final Set<String> SCRIPTS = Set.of("run", "resume");

  private static final Set<String> SCRIPT_OPTIONS =
      Set.of(
          "--help",
          "-h",
          "--json",
          "--home",
          "--adapters",
          "--provider",
          "--model",
          "--arg",
          "--args-json",
          "--budget-tokens",
          "--budget-cost-usd",
          "--allow-unpriced",
          "--cache-policy",
          "--detach",
          "--workspace",
          "--timeout",
          "--wait-for-limits",
          "--yes",
          "--python");

  /** By which times of day are told: this process has its own. */
  private static final String TIME_ZONE = "TZ";

  private final Commands.Opener commands;
  private final SharedLimits limits;

  /**
   * @param limits shared by the scripts of all callers
   */
  CallersCommandLine(Commands.Opener commands, SharedLimits limits) {
    this.commands = commands;
    this.limits = limits;
  }

  @Override
  public boolean takes(CallersCommand command) {
    List<String> words = command.arguments();
    return !words.isEmpty()
        && isKnown(words)
        && !StartTrace.isAsked(command.variables())
        && Objects.equals(command.variables().get(TIME_ZONE), System.getenv(TIME_ZONE))
        && command.variables().entrySet().stream().noneMatch(CallersCommandLine::needsTheCaller);
  }

  private static boolean isKnown(List<String> words) {
    String name = words.get(0);
    return PAGES.contains(name)
        || READ_ONLY.contains(name) && areAmong(READ_ONLY_OPTIONS, words)
        || SCRIPTS.contains(name) && areAmong(SCRIPT_OPTIONS, words) && !readsInput(words);
  }

  private static boolean areAmong(Set<String> options, List<String> words) {
    return words.stream()
        .filter(word -> word.startsWith("-") && !word.equals("-"))
        .allMatch(word -> options.contains(word.replaceFirst("(?s)=.*", "")));
  }

  /** The caller's standard input is not here: the arguments of a script may be read from it. */
  private static boolean readsInput(List<String> words) {
    return words.contains("-") || words.contains("--args-json=-");
  }

  /**
   * Whether a variable names another coordinator, or a file that is relative to the caller's
   * directory, which this process would look for in its own.
   */
  private static boolean needsTheCaller(Map.Entry<String, String> variable) {
    String name = variable.getKey();
    String value = variable.getValue();
    if (RemoteOptions.VARIABLES.containsValue(name)) {
      return !value.isBlank();
    }
    return !value.isEmpty() && !value.startsWith("/") && isFile(name, value);
  }

  /** Of {@code OWF_HOME} and {@code OWF_PYTHON} it is known what they are relative to. */
  private static boolean isFile(String name, String value) {
    return name.startsWith("OWF_") && name.endsWith("_FILE")
        || name.equals("OWF_ADAPTERS")
        || name.endsWith("_CONFIG_DIR")
        || name.startsWith("OWF_PROVIDER_") && value.contains("/") && !value.contains("://");
  }

  @Override
  public int carryOut(CallersCommand command, Caller caller) {
    Map<String, String> variables = command.variables();
    Path directory = command.directory();
    Environment environment =
        Environment.of(
            variables, directory, new CallersProcess(variables, directory, caller), limits);
    Console screen =
        Console.on(
            caller.output(),
            caller.errors(),
            Providers.usualRedactor(variables),
            new CallersTerminal(command.terminal(), caller));
    try (var logged = ErrorsByCaller.of(screen.err())) {
      return screen.finish(
          commands.on(screen, environment).run(command.arguments().toArray(String[]::new)));
    }
  }
}
