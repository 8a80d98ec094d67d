package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.StartTrace;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.script.PlanRun;
import dev.agentworkflows.coordinator.app.script.ScriptFile;
import dev.agentworkflows.coordinator.app.script.ScriptRuntime;
import dev.agentworkflows.coordinator.app.script.StartRun;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** A command that is given a script. */
abstract class ScriptFileCommand extends ScriptCommand {

  @Parameters(paramLabel = "SCRIPT", description = "A Python file with `async def main(args)`.")
  private Path script = Path.of("");

  ScriptFileCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  public final Integer call() {
    StartTrace.reached("the command line is read");
    ScriptFile file = ScriptFile.of(script);
    try (Providers providers = providers()) {
      return start(choices().fresh(file), runtime(providers));
    }
  }

  /** Does the command's work. */
  abstract int start(StartRun.Request request, ScriptRuntime runtime);

  /**
   * Runs the script's top-level code, as a run would, but not its {@code main}; records nothing.
   *
   * @param stdoutToStderr what the script prints must not mix with a document
   * @return the record that a run would have
   */
  final RunRecord plan(StartRun.Request request, ScriptRuntime runtime, boolean stdoutToStderr) {
    Path home = environment().homes().placeForScript(home(), request.script().path());
    // A script that can't be loaded is told of by its own process, which knows no keys to take out.
    return new PlanRun(runtime).plan(request, home, screen().err(), stdoutToStderr);
  }
}
