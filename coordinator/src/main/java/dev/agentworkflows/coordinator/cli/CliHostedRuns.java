package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.script.RemoteRunOptions;
import dev.agentworkflows.coordinator.cli.refusal.RefusalText;
import dev.agentworkflows.coordinator.progress.Terminal;
import dev.agentworkflows.coordinator.rpc.HostedRuns;
import dev.agentworkflows.coordinator.run.LiveRunStats;
import dev.agentworkflows.coordinator.run.LoadedScript;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.store.RunRecord;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What remote users ask of a shared coordinator, done as the command line does it here. */
final class CliHostedRuns implements HostedRuns {

  private final OpenHome home;
  private final Providers providers;
  private final RemoteRunOptions options;
  private final Environment environment;
  private final Commands.Opener commands;

  CliHostedRuns(
      OpenHome home,
      Providers providers,
      NamedWorkspaces workspaces,
      Environment environment,
      Commands.Opener commands) {
    this.home = home;
    this.providers = providers;
    this.options = new RemoteRunOptions(home, providers, workspaces::of);
    this.environment = RemoteOptions.at(home.home(), environment);
    this.commands = commands;
  }

  @Override
  public RunOptions options(RequestedRun requested, LoadedScript script) {
    try {
      return options.of(requested, script);
    } catch (RefusedException e) {
      // Its user typed the options of a command line.
      throw RefusalText.worded(e);
    }
  }

  @Override
  public Closing closing(RunRecord run) {
    return new Closing(
        printed(run, RunSummaryPrinter::lines),
        printed(run, RunSummaryPrinter::document),
        printed(run, RunSummaryPrinter::failure),
        ExitCode.of(run.status()));
  }

  private interface Part {
    void print(RunSummaryPrinter lines, RunRecord run);
  }

  private String printed(RunRecord run, Part part) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Console screen = Console.on(bytes, bytes, providers.redactor());
    part.print(new RunSummaryPrinter(screen, home), run);
    screen.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public int command(
      List<String> arguments, @Nullable Integer columns, OutputStream out, OutputStream err) {
    Console screen = Console.on(out, err, providers.redactor(), Terminal.none(columns != null));
    Commands table = commands.on(screen, environment);
    String refusal = HostedCommands.refusal(arguments);
    int code =
        refusal == null
            ? table.runHere(arguments.toArray(String[]::new))
            : table.refuse(refusal, arguments.contains("--json"));
    screen.flush();
    return code;
  }

  @Override
  public Optional<String> progress(LiveRunStats tally) {
    return Optional.of(PlainProgress.line(tally.snapshot()));
  }
}
