package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.run.Manifest;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Path;
import picocli.CommandLine;

@CommandLine.Command(
    name = "dry-run",
    description = "Print the manifest that a run would have; record nothing.")
final class DryRunCommand extends ScriptCommand {

  @CommandLine.Parameters(
      paramLabel = "SCRIPT",
      description = "A Python file with `async def main(args)`.")
  private Path script = Path.of("");

  DryRunCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  public Integer call() {
    Path file = script(script);
    try (Providers providers = Providers.load(environment().variables())) {
      RunOptions options = choices().fresh(file, providers);
      WorkflowHome where = WorkflowHome.wouldBeForScript(home(), file, environment().variables());
      // The manifest is a JSON document either way.
      RunRecord run =
          ScriptPlan.of(file, options, where, providers, choices().python(), true, environment());
      screen().json(Manifest.of(run));
      return ExitCode.FINE;
    }
  }
}
