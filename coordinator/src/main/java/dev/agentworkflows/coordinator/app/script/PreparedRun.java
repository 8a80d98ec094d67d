package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.shim.Python;
import java.nio.file.Path;

/**
 * A run that can start: what was asked for makes sense, and there is an interpreter.
 *
 * @param script absolute
 */
public record PreparedRun(ScriptRuntime runtime, Path script, RunOptions options, Python python) {

  /**
   * Starts the script's interpreter, which gets ready while the caller opens the run's home.
   * Nothing of the script runs before {@link ScriptRun#carry}.
   */
  public ScriptRun begin(RunFrontend frontend) {
    return ScriptRun.begin(this, frontend);
  }
}
