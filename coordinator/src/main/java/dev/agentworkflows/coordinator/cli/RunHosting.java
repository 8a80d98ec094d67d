package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.rpc.Hosting;
import dev.agentworkflows.coordinator.run.LoadedScript;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunStore;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** What people elsewhere ask of a shared coordinator, done as the command line does it here. */
final class RunHosting implements Hosting {

  /** The commands that look, and those that cancel and approve. */
  static final Set<String> COMMANDS =
      Set.of(
          "status",
          "runs",
          "calls",
          "output",
          "events",
          "cat",
          "artifacts",
          "explain-cache",
          "report",
          "usage",
          "prices",
          "providers",
          "diff",
          "cancel",
          "approve");

  /** They name files and directories, which would be this machine's, or have no end in sight. */
  private static final List<String> LOCAL_OPTIONS =
      List.of("--home", "--out", "--adapters", "--url", "--refresh", "--debug", "--follow");

  private final WorkflowHome home;
  private final RunStore store;
  private final Providers providers;
  private final NamedWorkspaces workspaces;
  private final Environment environment;

  RunHosting(
      WorkflowHome home,
      RunStore store,
      Providers providers,
      NamedWorkspaces workspaces,
      Environment environment) {
    this.home = home;
    this.store = store;
    this.providers = providers;
    this.workspaces = workspaces;
    Map<String, String> variables = new HashMap<>(environment.variables());
    variables.put("OWF_HOME", home.directory().toString());
    variables.remove("OWF_COORDINATOR");
    this.environment =
        new Environment(Map.copyOf(variables), environment.cache(), environment.clock());
  }

  @Override
  public RunOptions options(RequestedRun requested, LoadedScript script) {
    String resumed = requested.resumeRunId();
    RunRecord earlier = resumed == null ? null : resumable(resumed);
    List<String> options = new ArrayList<>();
    add(options, "--provider", requested.provider());
    add(options, "--model", requested.model());
    add(options, "--budget-tokens", requested.budgetTokens());
    add(options, "--budget-cost-usd", requested.budgetCostUsd());
    add(options, "--cache-policy", requested.cachePolicy());
    add(options, "--timeout", requested.timeoutSeconds());
    if (requested.approved()) {
      options.add("--yes");
    }
    if (earlier == null || requested.workspace() != null) {
      add(options, "--workspace", workspaces.of(requested.workspace()));
    }
    RunChoices choices = new RunChoices();
    try {
      new CommandLine(choices).parseArgs(options.toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new RefusedException(String.valueOf(e.getMessage()), e);
    }
    return earlier == null
        ? choices.fresh(Path.of(script.path()), providers)
        : choices.resuming(earlier, providers);
  }

  private RunRecord resumable(String id) {
    RunRecord earlier = ReadingCommand.run(store, id);
    if (earlier.parentRunId() != null) {
      throw new RefusedException(
          earlier.id() + " is a child run.\nResume its parent, " + earlier.parentRunId() + ".");
    }
    if (earlier.status() == RunStatus.RUNNING) {
      throw new RefusedException(
          earlier.id() + " is still running.\nEnd it first, or wait for its end.");
    }
    return earlier;
  }

  /** As one word, so that no value can be taken for an option. */
  private static void add(List<String> options, String name, @Nullable Object value) {
    if (value != null) {
      options.add(name + "=" + value);
    }
  }

  @Override
  public Closing closing(RunRecord run) {
    return new Closing(
        printed(run, ClosingLines::lines),
        printed(run, ClosingLines::document),
        printed(run, ClosingLines::trouble),
        ExitCode.of(run.status()));
  }

  private interface Part {
    void print(ClosingLines lines, RunRecord run);
  }

  private String printed(RunRecord run, Part part) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Screen screen = Screen.on(bytes, bytes, providers.redactor());
    part.print(new ClosingLines(screen, store), run);
    screen.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public int command(
      List<String> arguments, @Nullable Integer columns, OutputStream out, OutputStream err) {
    Screen screen = Screen.on(out, err, providers.redactor());
    CommandTable table = new CommandTable(screen, environment);
    String refusal = refusal(arguments);
    int code =
        refusal == null
            ? table.run(arguments.toArray(String[]::new))
            : table.refuse(refusal, arguments.contains("--json"));
    screen.flush();
    return code;
  }

  private static @Nullable String refusal(List<String> arguments) {
    if (arguments.isEmpty() || !COMMANDS.contains(arguments.get(0))) {
      return "'%s' can't be asked of a coordinator elsewhere; these can: %s."
          .formatted(
              arguments.isEmpty() ? "" : arguments.get(0),
              String.join(", ", COMMANDS.stream().sorted().toList()));
    }
    for (String argument : arguments) {
      // @file would read a file of this machine's.
      if (argument.startsWith("@")
          || LOCAL_OPTIONS.stream()
              .anyMatch(name -> argument.equals(name) || argument.startsWith(name + "="))) {
        return argument + " can't be asked of a coordinator elsewhere.";
      }
    }
    return null;
  }
}
