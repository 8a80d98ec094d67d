package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.mcp.StartedRun;
import dev.agentworkflows.coordinator.progress.RunView;
import dev.agentworkflows.coordinator.run.Launch;
import dev.agentworkflows.store.RunStore;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** A script that a client started, with the session that carries it. */
final class HostedScript implements StartedRun {

  private final Launch launch;
  private final ScriptSession session;
  private final RunStore store;
  private final CompletableFuture<ObjectNode> ended = new CompletableFuture<>();
  private final CompletableFuture<String> runId;

  HostedScript(Launch launch, ScriptSession session, RunStore store) {
    this.launch = launch;
    this.session = session;
    this.store = store;
    // Whichever comes first: a script that can't be run never opens one.
    this.runId =
        launch
            .opening()
            .applyToEither(
                ended.thenApply(document -> document.get("run_id").stringValue()), id -> id);
  }

  /** Carries it from its start to its end. Blocks. */
  void carry(Supplier<Launch.End> script) {
    try {
      ended.complete(document(script.get()));
    } catch (RuntimeException e) {
      ended.completeExceptionally(e);
    } finally {
      session.close();
    }
  }

  private ObjectNode document(Launch.End end) {
    if (end instanceof Launch.End.Ended over) {
      return ClosingLines.document(over.run(), store);
    }
    if (end instanceof Launch.End.Unstored unstored) {
      return Json.object()
          .put("run_id", unstored.runId())
          .put("status", "interrupted")
          .put("error", "the end of the run could not be stored: " + unstored.message());
    }
    throw new RefusedException(
        end instanceof Launch.End.Rejected rejected ? rejected.message() : "nothing was run.");
  }

  /** Ends it at once; its run is then interrupted. */
  void abandon() {
    session.abandon();
  }

  @Override
  public CompletableFuture<String> runId() {
    return runId;
  }

  @Override
  public CompletableFuture<ObjectNode> ended() {
    return ended;
  }

  @Override
  public RunView now() {
    return launch.tally().look();
  }

  @Override
  public void cancel(String why) {
    launch.cancel(why);
  }
}
