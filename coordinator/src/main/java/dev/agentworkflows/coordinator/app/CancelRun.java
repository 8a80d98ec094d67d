package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.coordinator.run.CancelRequests;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.time.Duration;

/** Ends a run, whichever process carries it. */
public final class CancelRun {

  /** A script that does not end by itself is ended after ten seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final OpenHome home;

  public CancelRun(OpenHome home) {
    this.home = home;
  }

  /**
   * How a run stands that was asked to end.
   *
   * @param status {@link RunStatus#RUNNING} when it has not ended yet
   */
  public record Result(String runId, RunStatus status) {

    public boolean hasEnded() {
      return status != RunStatus.RUNNING;
    }
  }

  /**
   * Asks a run to end, and waits for that, for 20 seconds at most. Blocks.
   *
   * @param id a run's, or latest
   */
  public Result cancel(String id) {
    String run = ask(id);
    return new Result(run, RunLookup.awaitEnd(home, run, PATIENCE));
  }

  /**
   * Asks a run to end, and does not wait for that.
   *
   * @param id a run's, or latest
   * @return the run's id
   */
  public String ask(String id) {
    RunRecord run =
        RunLookup.withoutParent(
            RunLookup.run(home.store().reader(), id), RunRefusal.OfParent.CANCEL);
    if (run.status() != RunStatus.RUNNING) {
      throw new RefusedException(new RunRefusal.NotRunning(run.id(), run.status()));
    }
    CancelRequests.ask(home.home(), run.id());
    return run.id();
  }
}
