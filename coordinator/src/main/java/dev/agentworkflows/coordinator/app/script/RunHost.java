package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs that go on in this process beside each other. They share a coordinator, and so the limits of
 * its providers. Thread-safe.
 */
public final class RunHost implements AutoCloseable {

  /** How long runs that are abandoned may take to be recorded. */
  private static final Duration ENDING = Duration.ofSeconds(10);

  /** A client that has lost its way must not fill the machine with scripts. */
  private static final int MAX_RUNNING = 64;

  private final OpenHome home;
  private final LocalCoordinator coordinator;
  private final Set<StartedRun> running = ConcurrentHashMap.newKeySet();

  /**
   * @param home where all of them are recorded; closed by whoever opened it, after this
   */
  public RunHost(ScriptRuntime runtime, OpenHome home) {
    this.home = home;
    this.coordinator =
        LocalCoordinator.start(
            home, runtime.providers(), AllowedWorkspaces.any(), runtime.environment().limits());
  }

  /** Starts a run. Blocks only shortly. */
  public StartedRun start(PreparedRun prepared, RunFrontend frontend) {
    if (running.size() >= MAX_RUNNING) {
      throw new RefusedException(new RunRefusal.TooManyRuns(running.size()));
    }
    StartedRun run = new StartedRun(ScriptRun.begin(prepared, frontend));
    running.add(run);
    Thread carrier =
        new Thread(
            () -> {
              run.carry(home, coordinator);
              running.remove(run);
            },
            "script");
    carrier.setDaemon(true);
    carrier.start();
    return run;
  }

  /** Ends all scripts, whose runs are then interrupted, and waits until that is recorded. */
  public void abandonAll() {
    List<StartedRun> left = List.copyOf(running);
    left.forEach(StartedRun::abandon);
    try {
      CompletableFuture.allOf(
              left.stream().map(StartedRun::ended).toArray(CompletableFuture<?>[]::new))
          .get(ENDING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Whoever looks next sees from the lock that nobody carries them any more.
    }
  }

  @Override
  public void close() {
    coordinator.close();
  }
}
