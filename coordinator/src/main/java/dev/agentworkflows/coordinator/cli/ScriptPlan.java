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

/** Runs a script's top-level code, as a run would, but not its {@code main}; records nothing. */
final class ScriptPlan {

  private final Environment environment;
  private final Providers providers;
  private final Python python;

  ScriptPlan(Environment environment, Providers providers, Python python) {
    this.environment = environment;
    this.providers = providers;
    this.python = python;
  }

  /**
   * The record that a run would have. Blocks.
   *
   * @param home where the run would be recorded
   * @param output where what the script prints goes, and what goes wrong in it
   */
  RunRecord of(Path script, RunOptions options, Path home, ScriptOutput output) {
    RunRecords records =
        new RunRecords(
            home, providers, providers.redactor(), "", environment.clock(), new SecureRandom());
    RunHandle launch = new RunHandle(options, meta -> {}, new LiveRunStats((type, message) -> {}));
    ScriptSession session = new ScriptSession(launch, environment.parent(), output);
    try {
      ScriptSession.Outcome outcome =
          session.run(python, script, new PlanService(records), providers, environment);
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
