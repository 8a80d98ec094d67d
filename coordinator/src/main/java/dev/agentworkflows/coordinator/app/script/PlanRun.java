package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.run.LiveRunStats;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.RunRecords;
import dev.agentworkflows.coordinator.shim.ScriptOutput;
import dev.agentworkflows.store.RunRecord;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;

/** Runs a script's top-level code, as a run would, but not its {@code main}; records nothing. */
public final class PlanRun {

  private final ScriptRuntime runtime;

  public PlanRun(ScriptRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * The record that a run would have. Blocks.
   *
   * @param home where the run would be recorded
   * @param errors where the script's standard error goes, and what goes wrong in it
   * @param stdoutToStderr what the script prints must not mix with a document
   */
  public RunRecord plan(
      StartRun.Request request, Path home, OutputStream errors, boolean stdoutToStderr) {
    PreparedRun prepared = new StartRun(runtime).prepare(request);
    RunHandle launch =
        new RunHandle(prepared.options(), meta -> {}, new LiveRunStats((type, message) -> {}));
    ScriptSession session =
        new ScriptSession(
            launch,
            runtime.environment().parent(),
            ScriptOutput.withoutInput(errors, stdoutToStderr),
            runtime.channels().open());
    Providers providers = runtime.providers();
    try {
      session.begin(prepared.python(), prepared.script(), providers, runtime.environment().cache());
      return planned(prepared.script(), session.plan(records(home), providers.redactor()));
    } finally {
      session.close();
    }
  }

  private RunRecords records(Path home) {
    Providers providers = runtime.providers();
    return new RunRecords(
        home,
        providers,
        providers.redactor(),
        "",
        runtime.environment().clock(),
        new SecureRandom());
  }

  private static RunRecord planned(Path script, ScriptSession.Outcome outcome) {
    if (outcome.end() instanceof RunHandle.Outcome.Planned planned) {
      if (outcome.exitCode() != 0) {
        // What went wrong in it, its process has said.
        throw new RefusedException(new ScriptRefusal.NotLoadable(script));
      }
      return planned.run();
    }
    if (outcome.end() instanceof RunHandle.Outcome.Rejected rejected) {
      throw new RefusedException(new ScriptRefusal.Rejected(rejected.message()));
    }
    throw new IllegalStateException("a script was carried that was to be planned");
  }
}
