package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Path;
import picocli.CommandLine;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(
    name = "validate",
    description = "Load a script and check it and its metadata; run nothing of main.")
final class ValidateCommand extends ScriptCommand {

  @CommandLine.Parameters(
      paramLabel = "SCRIPT",
      description = "A Python file with `async def main(args)`.")
  private Path script = Path.of("");

  ValidateCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  public Integer call() {
    Path file = script(script);
    try (Providers providers = Providers.load(environment().variables())) {
      RunOptions options = choices().fresh(file, providers);
      WorkflowHome where = WorkflowHome.wouldBeForScript(home(), file, environment().variables());
      RunRecord run =
          ScriptPlan.of(file, options, where, providers, choices().python(), json(), environment());
      if (json()) {
        ObjectNode document = Json.object();
        document.put("valid", true);
        document.put("script_path", run.scriptPath());
        document.put("script_hash", run.scriptHash());
        document.set("meta", Json.read(run.metaJson()));
        screen().json(document);
      } else {
        String name = run.workflowName() == null ? "no meta()" : run.workflowName();
        screen().line("valid: " + run.scriptPath() + " (" + name + ")");
      }
      return ExitCode.FINE;
    }
  }
}
