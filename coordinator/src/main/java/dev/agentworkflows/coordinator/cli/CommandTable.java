package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.Causes;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.batch.BatchFailedException;
import dev.agentworkflows.coordinator.cli.refusal.RefusalText;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.text.Suggestion;
import dev.agentworkflows.store.StoreException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * All commands by name. Only the one that is named is loaded: reading the annotations of every
 * command would cost each start a tenth of a second.
 */
final class CommandTable implements Commands {

  private static final int NAME_WIDTH = 16;

  private static final Map<String, BiFunction<Console, Environment, Command>> COMMANDS =
      new LinkedHashMap<>();

  static {
    COMMANDS.put("init", InitCommand::new);
    COMMANDS.put("new", NewCommand::new);
    COMMANDS.put("examples", ExamplesCommand::new);
    COMMANDS.put("doctor", DoctorCommand::new);
    COMMANDS.put(
        "completion",
        (screen, environment) -> new CompletionCommand(screen, environment, CommandTable::new));
    COMMANDS.put("validate", ValidateCommand::new);
    COMMANDS.put("dry-run", DryRunCommand::new);
    COMMANDS.put("run", RunCommand::new);
    COMMANDS.put("resume", ResumeCommand::new);
    COMMANDS.put("status", StatusCommand::new);
    COMMANDS.put("runs", RunsCommand::new);
    COMMANDS.put("calls", CallsCommand::new);
    COMMANDS.put("output", OutputCommand::new);
    COMMANDS.put("events", EventsCommand::new);
    COMMANDS.put("cat", CatCommand::new);
    COMMANDS.put("artifacts", ArtifactsCommand::new);
    COMMANDS.put("export", ExportCommand::new);
    COMMANDS.put("explain-cache", ExplainCacheCommand::new);
    COMMANDS.put("report", ReportCommand::new);
    COMMANDS.put("usage", UsageCommand::new);
    COMMANDS.put("prices", PricesCommand::new);
    COMMANDS.put("providers", ProvidersCommand::new);
    COMMANDS.put("diff", DiffCommand::new);
    COMMANDS.put("apply", ApplyCommand::new);
    COMMANDS.put("gc", GcCommand::new);
    COMMANDS.put("cancel", CancelCommand::new);
    COMMANDS.put("approve", ApproveCommand::new);
    COMMANDS.put("trust", TrustCommand::new);
    COMMANDS.put("ui", UiCommand::new);
    COMMANDS.put(
        "serve", (screen, environment) -> new ServeCommand(screen, environment, CommandTable::new));
    COMMANDS.put(
        "up", (screen, environment) -> new UpCommand(screen, environment, CommandTable::new));
    COMMANDS.put("down", DownCommand::new);
    COMMANDS.put("mcp", (screen, environment) -> new McpCommand(screen, environment));
    COMMANDS.put("adapters", AdaptersCommand::new);
    COMMANDS.put("adapters install", AdaptersInstallCommand::new);
    COMMANDS.put("batch submit", BatchSubmitCommand::new);
    COMMANDS.put("batch status", BatchStatusCommand::new);
    COMMANDS.put("batch fetch", BatchFetchCommand::new);
    COMMANDS.put("batch list", BatchListCommand::new);
  }

  private final Console screen;
  private final Environment environment;

  CommandTable(Console screen, Environment environment) {
    this.screen = screen;
    this.environment = environment;
  }

  @Override
  public int run(String... args) {
    if (args.length == 0
        || args[0].equals("--help")
        || args[0].equals("-h")
        || args[0].equals("help")) {
      return usage(args);
    }
    if (args[0].equals("--version") || args[0].equals("-V")) {
      screen.line("owf " + Version.text());
      return ExitCode.FINE;
    }
    if (!args[0].equals("serve")) {
      try {
        Optional<Remote> remote = Remote.of(screen, environment, Arrays.asList(args));
        if (remote.isPresent()) {
          return remote.get().run();
        }
      } catch (RefusedException e) {
        return reported(RefusalText.of(e), asksForJson(args), ExitCode.REFUSED);
      }
    }
    return runHere(args);
  }

  @Override
  public int runHere(String... args) {
    int words = args.length > 1 && COMMANDS.containsKey(args[0] + " " + args[1]) ? 2 : 1;
    String name = String.join(" ", Arrays.asList(args).subList(0, words));
    var maker = COMMANDS.get(name);
    if (maker == null) {
      return reported(
          "unknown command '"
              + args[0]
              + "'"
              + Suggestion.closest(args[0], COMMANDS.keySet())
                  .map(known -> ": did you mean " + known + "?")
                  .orElse(".")
              + "\nCommands: "
              + String.join(", ", COMMANDS.keySet())
              + ".",
          asksForJson(args),
          ExitCode.REFUSED);
    }
    Command command = maker.apply(screen, environment);
    return commandLine(name, command).execute(Arrays.copyOfRange(args, words, args.length));
  }

  private CommandLine commandLine(String name, Command command) {
    CommandLine commandLine = UsageProblem.withPlainNumbers(new CommandLine(command));
    Path directory = environment.directory();
    if (directory.isAbsolute()) {
      // The command is typed in another process, and names files from there.
      commandLine.registerConverter(Path.class, directory::resolve);
    }
    return commandLine
        .setCommandName("owf " + name)
        .setOut(writer(screen.out()))
        .setErr(writer(screen.err()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        // Models have such names, and whoever means a file does not mean its words as options.
        .setExpandAtFiles(false)
        .setExecutionStrategy(parsed -> executed(name, parsed))
        .setParameterExceptionHandler((e, arguments) -> badUsage(e, name, arguments))
        .setExecutionExceptionHandler((e, line, result) -> failure(e, command));
  }

  /** The manual's classes are loaded for whoever asks for it. */
  private int executed(String name, ParseResult parsed) {
    if (parsed.isUsageHelpRequested()) {
      ManualPage.of(name, parsed.commandSpec().commandLine()).lines().forEach(screen::line);
      return ExitCode.FINE;
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** The names of all commands, in the order in which people are told of them. */
  static List<String> names() {
    return List.copyOf(COMMANDS.keySet());
  }

  @Override
  public List<String> all() {
    return names();
  }

  @Override
  public CommandLine commandLine(String name) {
    return commandLine(
        name, Objects.requireNonNull(COMMANDS.get(name), name).apply(screen, environment));
  }

  private static PrintWriter writer(java.io.PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private int badUsage(ParameterException e, String name, String[] arguments) {
    String problem =
        isUnreadableName(e)
            ? "a file name in the command can't be read in this locale. Set LC_ALL=C.UTF-8."
            : UsageProblem.of(e);
    String message = problem + "\n`owf " + name + " --help` shows what " + name + " takes.";
    return reported(message, asksForJson(arguments), ExitCode.REFUSED);
  }

  /** Where the locale is not UTF-8, Java loses letters before it runs a line of this program. */
  private static boolean isUnreadableName(ParameterException e) {
    // picocli keeps the cause's words only.
    return String.valueOf(e.getMessage()).contains(InvalidPathException.class.getName());
  }

  /** The one place where an error becomes what people see. */
  private int failure(Exception thrown, Command command) {
    Throwable cause = Causes.of(thrown);
    if (command.debug()) {
      screen.stackTrace(cause);
    }
    if (cause instanceof OutputLostException) {
      // Said once, at the end of the process.
      return ExitCode.FAILED;
    }
    if (cause instanceof BatchFailedException) {
      return reported(String.valueOf(cause.getMessage()), command.wantsJson(), ExitCode.FAILED);
    }
    if (cause instanceof RefusedException refused) {
      return reported(RefusalText.of(refused), command.wantsJson(), ExitCode.of(refused));
    }
    if (cause instanceof StoreException) {
      return reported(String.valueOf(cause.getMessage()), command.wantsJson(), ExitCode.REFUSED);
    }
    return reported(
        "unexpected: " + cause + "\nThis is a fault of the program; --debug shows where.",
        command.wantsJson(),
        ExitCode.FAILED);
  }

  @Override
  public int refuse(String message, boolean asJson) {
    return reported(message, asJson, ExitCode.REFUSED);
  }

  /** Where the command line could not be read any further. */
  private static boolean asksForJson(String[] arguments) {
    return Arrays.stream(arguments)
        .anyMatch(argument -> argument.equals("--json") || argument.equals("--json=true"));
  }

  private int reported(@Nullable String message, boolean asJson, int code) {
    if (asJson && !screen.hasDocument()) {
      screen.json(Json.object().put("error", message));
    }
    screen.note("owf: " + message);
    return code;
  }

  private int usage(String[] args) {
    if (args.length > 1 && COMMANDS.containsKey(args[1])) {
      return run(args[1], "--help");
    }
    PageLines page = new PageLines();
    for (var command : COMMANDS.entrySet()) {
      String[] description =
          command
              .getValue()
              .apply(screen, environment)
              .getClass()
              .getAnnotation(CommandLine.Command.class)
              .description();
      page.row(command.getKey(), NAME_WIDTH, description[0]);
    }
    screen.line("Usage: owf COMMAND [OPTION...]");
    screen.line("Runs Python workflows of LLM agents: cached, isolated, budgeted, durable.");
    screen.line("");
    page.lines().forEach(screen::line);
    screen.line("");
    screen.line("`owf COMMAND --help` tells more. RUN is a run's id, or `latest`.");
    screen.line("First steps: owf doctor; owf new first.py; owf run first.py");
    return args.length == 0 ? ExitCode.REFUSED : ExitCode.FINE;
  }
}
