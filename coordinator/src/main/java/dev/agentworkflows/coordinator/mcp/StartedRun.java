package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.run.RunSnapshot;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.node.ObjectNode;

/** A script that goes on in this process. Thread-safe. */
public interface StartedRun {

  /** Completes when the run is open; exceptionally when there will be none. */
  CompletableFuture<String> runId();

  /**
   * Completes with what {@code run --json} would print; exceptionally, with a {@link
   * dev.agentworkflows.coordinator.RefusedException}, when the script could not be run.
   */
  CompletableFuture<ObjectNode> ended();

  /** How it stands. */
  RunSnapshot now();

  /** Asks it to end; its run is then cancelled. */
  void cancel(String why);
}
