package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.run.CancelRequests;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunStore;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "cancel",
    description = "End a run that goes on in another process; what is finished is kept.")
@Manual(
    description =
        "Its calls are ended with all their processes, and the run ends as cancelled; `owf "
            + "resume` goes on with it.",
    examples = {"owf cancel latest", "owf cancel run_20261122_143201_4f9c1a"},
    seeAlso = {"status", "resume"})
final class CancelCommand extends ReadingCommand {

  /** A script that does not end by itself is ended after ten seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration INTERVAL = Duration.ofMillis(100);

  @Parameters(index = "0", paramLabel = "RUN", description = "A run id, or latest.")
  private String id = LATEST;

  CancelCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean onlyLooks() {
    return false;
  }

  @Override
  int show(RunStore store, WorkflowHome where) {
    RunRecord run = run(store, id);
    if (run.parentRunId() != null) {
      throw new RefusedException(
          run.id() + " is a child run.\nCancel its parent: owf cancel " + run.parentRunId());
    }
    if (run.status() != RunStatus.RUNNING) {
      throw new RefusedException(run.id() + " is not running: it is " + run.status().label() + ".");
    }
    CancelRequests.ask(where, run.id());
    RunStatus status = awaitEnd(store, run.id(), PATIENCE);
    if (json()) {
      screen().json(Json.object().put("run_id", run.id()).put("status", status.label()));
    } else {
      screen().line(run.id() + ": " + status.label());
    }
    if (status == RunStatus.RUNNING) {
      screen().note("owf: it was asked to end, and has not ended yet.");
      return ExitCode.FAILED;
    }
    return ExitCode.FINE;
  }

  /** Waits so long at most; gives the status at that time. */
  static RunStatus awaitEnd(RunStore store, String runId, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      RunStatus status = run(store, runId).status();
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
}
