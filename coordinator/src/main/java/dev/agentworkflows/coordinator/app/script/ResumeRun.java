package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.app.RunOptionsResolver;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Starts an earlier run's script again, as a new run that pays only for what is missing. */
public final class ResumeRun {

  /**
   * A resume that is asked for.
   *
   * @param run the earlier run's id, or latest
   * @param workspace where its calls work; null for the earlier run's
   * @param settings each in the place of the earlier run's
   */
  public record Request(
      String run, RunArguments arguments, @Nullable Path workspace, RequestedRun settings) {}

  private final ScriptRuntime runtime;
  private final OpenHome home;

  /**
   * @param home that of the earlier run
   */
  public ResumeRun(ScriptRuntime runtime, OpenHome home) {
    this.runtime = runtime;
    this.home = home;
  }

  /**
   * Checks what is asked for, and finds the interpreter; starts nothing. Waits for the end of a run
   * that is ending.
   */
  public PreparedRun prepare(Request request) {
    RunRecord earlier = RunLookup.awaitResumable(home, request.run());
    ScriptFile script = ScriptFile.of(earlier);
    return new PreparedRun(
        runtime,
        script.path(),
        new RunOptionsResolver(runtime.providers())
            .resuming(
                request.settings(),
                earlier,
                request.workspace(),
                request.arguments().over(earlier.settings().argsJson())),
        runtime.interpreter());
  }
}
