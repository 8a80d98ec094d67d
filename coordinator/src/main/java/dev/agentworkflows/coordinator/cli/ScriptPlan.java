package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.rpc.PlanService;
import dev.agentworkflows.coordinator.run.Launch;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.run.RunRecords;
import dev.agentworkflows.coordinator.run.RunTally;
import dev.agentworkflows.coordinator.secret.ProviderKeys;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.shim.Python;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Loads a script in its Python, and finds out what its run would be; records nothing. */
final class ScriptPlan {

  private ScriptPlan() {}

  /** Runs the script's top-level code, as a run would, but not its {@code main}. */
  static RunRecord of(
      Path script,
      RunOptions options,
      WorkflowHome home,
      Providers providers,
      @Nullable String pythonOption,
      boolean json,
      Environment environment) {
    Redactor redactor = new Redactor(ProviderKeys.in(environment.variables()));
    RunRecords records =
        new RunRecords(home, providers, redactor, "", environment.clock(), new SecureRandom());
    Python python = Python.find(pythonOption, environment.variables(), environment.cache());
    Launch launch = new Launch(options, meta -> {}, new RunTally((type, message) -> {}));
    ScriptSession session = new ScriptSession(launch);
    try {
      ScriptSession.Outcome outcome =
          session.run(python, script, new PlanService(records), json, environment);
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
