package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.mcp.StartedRun;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.store.Store;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** A script that a client started, with the session that carries it. */
final class StartedScript implements StartedRun {

  /** As `owf_output` has it: a model takes no more. */
  private static final int MAX_OUTPUT = 100_000;

  private final RunHandle launch;
  private final ScriptSession session;
  private final Store store;
  private final CompletableFuture<ObjectNode> ended = new CompletableFuture<>();
  private final CompletableFuture<String> runId;

  StartedScript(RunHandle launch, ScriptSession session, Store store) {
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
  void carry(Supplier<RunHandle.Outcome> script) {
    try {
      ended.complete(document(script.get()));
    } catch (ScriptEndedException e) {
      ended.completeExceptionally(new RefusedException(String.valueOf(e.getMessage()), e));
    } catch (RuntimeException e) {
      ended.completeExceptionally(e);
    } finally {
      session.close();
    }
  }

  private ObjectNode document(RunHandle.Outcome end) {
    if (end instanceof RunHandle.Outcome.Ended over) {
      return RunSummaryPrinter.document(over.run(), store.reader(), MAX_OUTPUT);
    }
    if (end instanceof RunHandle.Outcome.Unstored unstored) {
      return Json.object()
          .put("run_id", unstored.runId())
          .put("status", "interrupted")
          .put("error", "the end of the run could not be stored: " + unstored.message());
    }
    throw new RefusedException(
        end instanceof RunHandle.Outcome.Rejected rejected
            ? rejected.message()
            : "nothing was run.");
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
  public RunSnapshot now() {
    return launch.tally().snapshot();
  }

  @Override
  public void cancel(String why) {
    launch.cancel(why);
  }
}
