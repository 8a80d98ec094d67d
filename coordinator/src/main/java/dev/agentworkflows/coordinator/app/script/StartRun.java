package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.app.RunOptionsResolver;
import dev.agentworkflows.coordinator.run.RequestedRun;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Starts a script whose run is recorded. */
public final class StartRun {

  /**
   * A run that is asked for.
   *
   * @param workspace where its calls work; null for the usual place
   */
  public record Request(
      ScriptFile script, RunArguments arguments, @Nullable Path workspace, RequestedRun settings) {}

  private final ScriptRuntime runtime;

  public StartRun(ScriptRuntime runtime) {
    this.runtime = runtime;
  }

  /** Checks what is asked for, and finds the interpreter; starts nothing. */
  public PreparedRun prepare(Request request) {
    Path script = request.script().path();
    return new PreparedRun(
        runtime,
        script,
        new RunOptionsResolver(runtime.providers())
            .fresh(request.settings(), script, request.workspace(), request.arguments().fresh()),
        runtime.interpreter());
  }
}
