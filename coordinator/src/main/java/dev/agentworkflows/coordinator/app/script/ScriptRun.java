package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.run.LiveRunStats;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A script whose process is started, and its run. Thread-safe. */
public final class ScriptRun implements AutoCloseable {

  private final ScriptRuntime runtime;
  private final RunHandle handle;
  private final ScriptSession session;

  private ScriptRun(ScriptRuntime runtime, RunHandle handle, ScriptSession session) {
    this.runtime = runtime;
    this.handle = handle;
    this.session = session;
  }

  /**
   * Starts the script's interpreter, which gets ready while the caller opens the run's home.
   * Nothing of the script runs before {@link #carry}.
   */
  public static ScriptRun begin(PreparedRun prepared, RunFrontend frontend) {
    ScriptRuntime runtime = prepared.runtime();
    RunHandle handle =
        new RunHandle(prepared.options(), frontend.approval(), new LiveRunStats(frontend.events()));
    ScriptRun run =
        new ScriptRun(
            runtime,
            handle,
            new ScriptSession(
                handle, frontend.parent(), frontend.output(), runtime.channels().open()));
    try {
      run.session.begin(
          prepared.python(), prepared.script(), runtime.providers(), runtime.environment().cache());
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
    return run;
  }

  /**
   * Carries the run to its end, with a coordinator of its own. Blocks.
   *
   * @param home where it is recorded
   * @throws dev.agentworkflows.coordinator.RefusedException when no run was opened: why
   */
  public RunResult carry(OpenHome home) {
    try (LocalCoordinator coordinator =
        LocalCoordinator.start(
            home, runtime.providers(), AllowedWorkspaces.any(), runtime.environment().limits())) {
      return carry(home, coordinator);
    }
  }

  /** The same with a coordinator that carries others as well. */
  RunResult carry(OpenHome home, LocalCoordinator coordinator) {
    return RunResult.of(
        session.carry(coordinator.runs(), home, runtime.providers().redactor()).end());
  }

  /** Completes with the run's id when it is open; a script that can't be run never opens one. */
  public CompletableFuture<String> opening() {
    return handle.opening();
  }

  /** How the run stands; empty before it is open. */
  public Optional<RunSnapshot> now() {
    LiveRunStats tally = handle.tally();
    return tally.isOpen() ? Optional.of(tally.snapshot()) : Optional.empty();
  }

  /** Asks the script to end; its run is then cancelled. */
  public void cancel(String why) {
    handle.cancel(why);
  }

  /** Ends a script at once that is not over, whose run is then interrupted. */
  void abandon() {
    session.abandon();
  }

  /** Ends a script that was not carried. */
  @Override
  public void close() {
    session.close();
  }
}
