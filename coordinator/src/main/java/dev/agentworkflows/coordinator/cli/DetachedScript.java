package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.OwnThread;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.shim.ParentProcess;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** A script whose command ends when its run has begun; it goes on in the background. */
final class DetachedScript {

  private final Console screen;
  private final boolean json;
  private final ParentProcess.Detached parent;
  private final DetachedProgress progress;

  private DetachedScript(Console screen, boolean json, ParentProcess.Detached parent) {
    this.screen = screen;
    this.json = json;
    this.parent = parent;
    this.progress = new DetachedProgress(screen::redactor);
  }

  /** Refused where nothing stays when the command has ended. */
  static DetachedScript of(Console screen, Environment environment, boolean json) {
    return new DetachedScript(
        screen,
        json,
        environment
            .parent()
            .detached()
            .orElseThrow(() ->
                new RefusedException(
                    "--detach needs a coordinator of your own in the background, in which the run"
                        + " goes on. Start it: owf up")));
  }

  ParentProcess parent() {
    return parent;
  }

  DetachedProgress progress() {
    return progress;
  }

  /** Ends the command when the run is open. */
  void releaseWith(CompletableFuture<String> opening, WorkflowHome home) {
    var unused = opening.thenAcceptAsync(run -> release(run, home), OwnThread.named("detaching"));
  }

  private void release(String run, WorkflowHome home) {
    try {
      progress.open(home.runDirectory(run));
    } catch (IOException e) {
      screen.note("owf: what the script prints can't be kept: " + FileErrors.reason(e) + ".");
    }
    if (json) {
      screen.json(Json.object().put("run_id", run).put("status", "running"));
    } else {
      screen.line("run_id: " + run);
      screen.line("It goes on in the background. `owf status " + run + " --follow` shows how.");
    }
    screen.flush();
    try {
      parent.release(ExitCode.FINE);
    } catch (IOException e) {
      // Nobody waits for it any more.
    }
  }
}
