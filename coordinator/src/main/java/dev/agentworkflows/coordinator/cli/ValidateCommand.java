package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.script.ScriptRuntime;
import dev.agentworkflows.coordinator.app.script.StartRun;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.RunRecord;
import picocli.CommandLine;

@CommandLine.Command(
    name = "validate",
    description = "Load a script and check it and its metadata; run nothing of main.")
@Manual(
    description =
        "Runs the script's top-level code, as a run would, but not its main, and asks no "
            + "provider. What the script does at its top level, it does.",
    examples = {"owf validate review.py", "owf validate review.py --json"},
    seeAlso = {"dry-run", "run"})
final class ValidateCommand extends ScriptFileCommand {

  ValidateCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int start(StartRun.Request request, ScriptRuntime runtime) {
    RunRecord run = plan(request, runtime, json());
    if (json()) {
      screen().json(RunJson.valid(run));
    } else {
      String name = run.script().workflowName() == null ? "no meta()" : run.script().workflowName();
      screen().line("valid: " + run.script().path() + " (" + name + ")");
    }
    return ExitCode.FINE;
  }
}
