package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.rpc.PlanService;
import dev.agentworkflows.coordinator.run.Launch;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.run.RunRecords;
import dev.agentworkflows.coordinator.run.RunTally;
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

  ScriptFileCommand(Screen screen, Environment environment) {
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
    WorkflowHome home = WorkflowHome.wouldBeForScript(home(), script, environment().variables());
    RunRecords records =
        new RunRecords(
            home, providers, providers.redactor(), "", environment().clock(), new SecureRandom());
    Python python =
        Python.find(choices().python(), environment().variables(), environment().cache());
    Launch launch = new Launch(options, meta -> {}, new RunTally((type, message) -> {}));
    // A script that can't be loaded is told of by its own process, which knows no keys to take out.
    ScriptSession session =
        new ScriptSession(launch, ScriptOutput.withErrors(screen().err(), stdoutToStderr));
    try {
      ScriptSession.Outcome outcome =
          session.run(python, script, new PlanService(records), providers, environment());
      Launch.End end = outcome.end();
      if (end instanceof Launch.End.Planned planned) {
        if (outcome.exitCode() != ExitCode.FINE) {
          // What went wrong in it, its process has said.
          throw new RefusedException(script + " can't be loaded.");
        }
        return planned.run();
      }
      throw new RefusedException(
          end instanceof Launch.End.Rejected rejected
              ? rejected.message()
              : "the script was not loaded.");
    } finally {
      session.close();
    }
  }
}
