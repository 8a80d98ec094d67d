package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.rpc.PlanService;
import dev.agentworkflows.coordinator.run.LiveRunStats;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.run.RunRecords;
import dev.agentworkflows.coordinator.shim.Python;
import dev.agentworkflows.coordinator.shim.ScriptOutput;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Path;
import java.security.SecureRandom;
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
    RunRecords records =
        new RunRecords(
            home, providers, providers.redactor(), "", environment().clock(), new SecureRandom());
    Python python =
        Python.find(choices().python(), environment().variables(), environment().cache());
    RunHandle launch = new RunHandle(options, meta -> {}, new LiveRunStats((type, message) -> {}));
    // A script that can't be loaded is told of by its own process, which knows no keys to take out.
    ScriptSession session =
        new ScriptSession(launch, ScriptOutput.withoutInput(screen().err(), stdoutToStderr));
    try {
      ScriptSession.Outcome outcome =
          session.run(python, script, new PlanService(records), providers, environment());
      RunHandle.Outcome end = outcome.end();
      if (end instanceof RunHandle.Outcome.Planned planned) {
        if (outcome.exitCode() != ExitCode.FINE) {
          // What went wrong in it, its process has said.
          throw new RefusedException(script + " can't be loaded.");
        }
        return planned.run();
      }
      throw new RefusedException(
          end instanceof RunHandle.Outcome.Rejected rejected
              ? rejected.message()
              : "the script was not loaded.");
    } finally {
      session.close();
    }
  }
}
