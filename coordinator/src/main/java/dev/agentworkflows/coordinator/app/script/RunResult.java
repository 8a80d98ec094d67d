package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.store.RunRecord;

/** How a run went that was opened. */
public sealed interface RunResult {

  String runId();

  /** The run has ended, however it did. */
  record Ended(RunRecord run) implements RunResult {
    @Override
    public String runId() {
      return run.id();
    }
  }

  /** The run has ended, and that could not be stored: it will show as interrupted. */
  record Unstored(String runId, String message) implements RunResult {}

  /** Refuses what opened no run. */
  static RunResult of(RunHandle.Outcome outcome) {
    if (outcome instanceof RunHandle.Outcome.Ended ended) {
      return new Ended(ended.run());
    }
    if (outcome instanceof RunHandle.Outcome.Unstored unstored) {
      return new Unstored(unstored.runId(), unstored.message());
    }
    if (outcome instanceof RunHandle.Outcome.Rejected rejected) {
      throw new RefusedException(new ScriptRefusal.Rejected(rejected.message()));
    }
    throw new IllegalStateException("a run was planned that was to be carried");
  }
}
