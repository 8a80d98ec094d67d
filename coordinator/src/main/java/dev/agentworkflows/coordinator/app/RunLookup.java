package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunReader;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.time.Duration;

/** Finds runs and calls by the names that people and programs have for them. */
public final class RunLookup {

  /** Names the latest run that is not another's child. */
  public static final String LATEST = "latest";

  private static final Duration TO_END = Duration.ofSeconds(8);

  private static final Duration INTERVAL = Duration.ofMillis(100);

  private RunLookup() {}

  /** The run with this id, or the latest that is nobody's child. */
  public static RunRecord run(RunReader reader, String id) {
    if (id.equals(LATEST)) {
      return reader.latestRun().orElseThrow(() -> new RefusedException(new RunRefusal.NoRunYet()));
    }
    return reader.run(id).orElseThrow(() -> new RefusedException(new RunRefusal.UnknownRun(id)));
  }

  public static CallRecord call(RunReader reader, String id) {
    return reader.call(id).orElseThrow(() -> new RefusedException(new RunRefusal.UnknownCall(id)));
  }

  /** The run with this id, or the latest, when it can be resumed. */
  public static RunRecord resumable(RunReader reader, String id) {
    RunRecord earlier = withoutParent(run(reader, id), RunRefusal.OfParent.RESUME);
    if (earlier.status() == RunStatus.RUNNING) {
      throw new RefusedException(new RunRefusal.StillRunning(earlier.id()));
    }
    return earlier;
  }

  /**
   * The same, once it is over: one whose script or caller was killed a moment ago is being ended,
   * and what it had out may take as long as adapters have to clean up. Blocks.
   */
  public static RunRecord awaitResumable(OpenHome home, String id) {
    RunReader reader = home.store().reader();
    RunRecord earlier = run(reader, id);
    if (earlier.status() == RunStatus.RUNNING && earlier.lineage().parentRunId() == null) {
      var unused = awaitEnd(home, earlier.id(), TO_END);
    }
    return resumable(reader, earlier.id());
  }

  /** Waits so long at most for a run to end; gives the status at that time. Blocks. */
  public static RunStatus awaitEnd(OpenHome home, String runId, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      RunStatus status = run(home.store().reader(), runId).status();
      if (status != RunStatus.RUNNING || System.nanoTime() > deadline) {
        return status;
      }
      try {
        Thread.sleep(INTERVAL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return status;
      }
    }
  }

  /** A run of which something is asked that its parent alone can do. */
  static RunRecord withoutParent(RunRecord run, RunRefusal.OfParent asked) {
    if (run.lineage().parentRunId() != null) {
      throw new RefusedException(
          new RunRefusal.ChildRun(run.id(), run.lineage().parentRunId(), asked));
    }
    return run;
  }
}
