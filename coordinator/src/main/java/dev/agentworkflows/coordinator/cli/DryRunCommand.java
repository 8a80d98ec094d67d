package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.Manifest;
import dev.agentworkflows.coordinator.app.script.ScriptRuntime;
import dev.agentworkflows.coordinator.app.script.StartRun;
import picocli.CommandLine;

@CommandLine.Command(
    name = "dry-run",
    description = "Print the manifest that a run would have; record nothing.")
@Manual(
    description =
        "As `owf validate`, and prints what would be recorded: metadata, arguments, "
            + "provider, model, budgets, workspace.",
    examples = "owf dry-run review.py --provider claude --arg path=src",
    seeAlso = {"validate", "run"})
final class DryRunCommand extends ScriptFileCommand {

  DryRunCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int start(StartRun.Request request, ScriptRuntime runtime) {
    // The manifest is a JSON document either way, so nothing else may be on standard output.
    screen().json(Manifest.of(plan(request, runtime, true)));
    return ExitCode.FINE;
  }
}
