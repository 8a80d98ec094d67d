package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.rpc.Hosting;
import dev.agentworkflows.coordinator.run.LoadedScript;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.run.RunTally;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    this.store = store;
    this.providers = providers;
    this.workspaces = workspaces;
    this.environment = environment.at(home);
  }

  @Override
  public RunOptions options(RequestedRun requested, LoadedScript script) {
    RequestedOptions asked = new RequestedOptions(store, providers);
    String resumed = requested.resumeRunId();
    RunRecord earlier = resumed == null ? null : asked.resumable(resumed);
    Path workspace =
        earlier == null || requested.workspace() != null
            ? workspaces.of(requested.workspace())
            : null;
    return asked.of(requested, Path.of(script.path()), earlier, workspace);
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
    Screen screen = Screen.on(out, err, providers.redactor(), columns != null);
    CommandTable table = new CommandTable(screen, environment);
    String refusal = refusal(arguments);
    int code =
        refusal == null
            ? table.run(arguments.toArray(String[]::new))
            : table.refuse(refusal, arguments.contains("--json"));
    screen.flush();
    return code;
  }

  @Override
  public Optional<String> progress(RunTally tally) {
    return Optional.of(PlainProgress.line(tally.look()));
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
