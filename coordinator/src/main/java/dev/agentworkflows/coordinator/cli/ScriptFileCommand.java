package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.shim.Python;
import dev.agentworkflows.coordinator.shim.ScriptOutput;
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
    Path file = script(script);
    try (Providers providers = providers()) {
      return start(file, choices().fresh(file, providers), providers);
    }
  }

  /**
   * Does the command's work.
   *
   * @param file the script, absolute
   */
  abstract int start(Path file, RunOptions options, Providers providers);

  /**
   * Runs the script's top-level code, as a run would, but not its {@code main}; records nothing.
   *
   * @param stdoutToStderr what the script prints must not mix with a document
   * @return the record that a run would have
   */
  final RunRecord plan(
      Path script, RunOptions options, Providers providers, boolean stdoutToStderr) {
    Path home = environment().homes().placeForScript(home(), script);
    Python python = environment().python(choices().python());
    // A script that can't be loaded is told of by its own process, which knows no keys to take out.
    return new ScriptPlan(environment(), providers, python)
        .of(script, options, home, ScriptOutput.withoutInput(screen().err(), stdoutToStderr));
  }
}
