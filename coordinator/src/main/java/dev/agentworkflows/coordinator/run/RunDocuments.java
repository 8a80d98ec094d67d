package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.store.RunRecord;

/** What a run leaves as files in its directory. Whoever makes runs says who writes them. */
public interface RunDocuments {

  /**
   * The run is open: what it was asked to do.
   *
   * @throws dev.agentworkflows.coordinator.RefusedException when nothing can be written there
   */
  void writeManifest(RunRecord run);

  /** The run has ended and is stored: what came of it. Gives its record; never fails. */
  RunRecord writeEnding(String runId);
}
