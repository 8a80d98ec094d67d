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
final class RecordedRun implements AutoCloseable {

  private final Screen screen;
  private final Environment environment;
  private final boolean json;
  private final Providers providers;
  private final Progress progress;
  private final Launch launch;
  private final ScriptSession session;

  private RecordedRun(
      Screen screen,
      Environment environment,
      boolean json,
      RunOptions options,
      Providers providers) {
    this.screen = screen;
    this.environment = environment;
    this.json = json;
    this.providers = providers;
    this.progress = Progress.on(screen, json, environment.variables());
    this.launch =
        new Launch(options, new TerminalApproval(json, progress), new RunTally(progress::event));
    this.session = new ScriptSession(launch, progress.scriptOutput());
  }

  /**
   * Starts the script's interpreter, which gets ready while the caller opens what a run needs.
   * Nothing of the script runs before {@link #carry}.
   *
   * @param providers closed by the caller, after what is given
   */
  static RecordedRun begin(
      Screen screen,
      Environment environment,
      boolean json,
      Path script,
      RunOptions options,
      Providers providers,
      @Nullable String pythonOption) {
    Python python = Python.find(pythonOption, environment.variables(), environment.cache());
    RecordedRun run = new RecordedRun(screen, environment, json, options, providers);
    try {
      run.session.begin(python, script, providers, environment);
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
    return run;
  }

  /** Carries the script to its end, and gives the exit code. */
  int carry(WorkflowHome home, RunStore store) {
    RunTally tally = launch.tally();
    try (LocalCoordinator coordinator =
        LocalCoordinator.start(home, store, providers, AllowedWorkspaces.any(), environment)) {
      Launch.End end;
      try (progress) {
        progress.watch(() -> tally.isOpen() ? Optional.of(tally.look()) : Optional.empty());
        end =
            session
                .run(CoordinatorService.ownShims(coordinator.runs(), store), providers.redactor())
                .end();
      }
      return tell(end, store);
    } finally {
      screen.flush();
    }
  }

  /** Ends a script that was not carried. */
  @Override
  public void close() {
    progress.close();
    session.close();
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
