package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.rpc.CoordinatorService;
import dev.agentworkflows.coordinator.run.Launch;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.run.RunTally;
import dev.agentworkflows.coordinator.shim.Python;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs a script with a private coordinator, records it, and tells how it went. */
final class RecordedRun {

  private final Screen screen;
  private final Environment environment;
  private final boolean json;

  RecordedRun(Screen screen, Environment environment, boolean json) {
    this.screen = screen;
    this.environment = environment;
    this.json = json;
  }

  /** Gives the exit code. */
  int run(
      Path script,
      RunOptions options,
      WorkflowHome home,
      RunStore store,
      Providers providers,
      @Nullable String pythonOption) {
    Python python = Python.find(pythonOption, environment.variables(), environment.cache());
    Progress progress = Progress.on(screen, json, environment.variables());
    RunTally tally = new RunTally(progress::event);
    Launch launch = new Launch(options, new TerminalApproval(json), tally);
    ScriptSession session = new ScriptSession(launch, progress.scriptOutput());
    try (LocalCoordinator coordinator =
        LocalCoordinator.start(home, store, providers, AllowedWorkspaces.any(), environment)) {
      Launch.End end;
      try (progress) {
        progress.watch(() -> tally.isOpen() ? Optional.of(tally.look()) : Optional.empty());
        end =
            session
                .run(
                    python,
                    script,
                    CoordinatorService.ownShims(coordinator.runs(), store),
                    providers,
                    environment)
                .end();
      }
      return tell(end, store);
    } finally {
      screen.flush();
      session.close();
    }
  }

  private int tell(Launch.End end, RunStore store) {
    if (end instanceof Launch.End.Ended ended) {
      return tell(ended.run(), store);
    }
    if (end instanceof Launch.End.Unstored unstored) {
      String message =
          "the end of "
              + unstored.runId()
              + " could not be stored: "
              + unstored.message()
              + "\nWhat finished before is kept; resume it when the home can be written to.";
      if (json) {
        screen.json(
            Json.object()
                .put("run_id", unstored.runId())
                .put("status", "interrupted")
                .put("error", message));
      }
      screen.note("owf: " + message);
      return ExitCode.FAILED;
    }
    throw new RefusedException(
        end instanceof Launch.End.Rejected rejected ? rejected.message() : "nothing was run.");
  }

  private int tell(RunRecord run, RunStore store) {
    ClosingLines closing = new ClosingLines(screen, store);
    if (json) {
      closing.document(run);
    } else {
      closing.lines(run);
    }
    closing.trouble(run);
    return ExitCode.of(run.status());
  }
}
