package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.run.RunSnapshot;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A run that goes on in this process, beside others of its {@link RunHost}. Thread-safe. */
public final class StartedRun {

  private final ScriptRun run;
  private final CompletableFuture<RunResult> ended = new CompletableFuture<>();
  private final CompletableFuture<String> runId;

  StartedRun(ScriptRun run) {
    this.run = run;
    // Whichever comes first: a script that can't be run never opens one.
    this.runId = run.opening().applyToEither(ended.thenApply(RunResult::runId), id -> id);
  }

  /** Carries it to its end. Blocks. */
  void carry(OpenHome home, LocalCoordinator coordinator) {
    try {
      ended.complete(run.carry(home, coordinator));
    } catch (RuntimeException e) {
      ended.completeExceptionally(e);
    } finally {
      run.close();
    }
  }

  /** Ends it at once; its run is then interrupted. */
  void abandon() {
    run.abandon();
  }

  /** Completes when the run is open; exceptionally when there will be none. */
  public CompletableFuture<String> runId() {
    return runId;
  }

  /**
   * Completes with the run's end; exceptionally, with a {@link
   * dev.agentworkflows.coordinator.RefusedException}, when the script could not be run.
   */
  public CompletableFuture<RunResult> ended() {
    return ended;
  }

  /** How it stands; empty before it is open. */
  public Optional<RunSnapshot> now() {
    return run.now();
  }

  /** Asks it to end; its run is then cancelled. */
  public void cancel(String why) {
    run.cancel(why);
  }
}
