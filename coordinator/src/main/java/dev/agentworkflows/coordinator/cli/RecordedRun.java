package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.rpc.CoordinatorService;
import dev.agentworkflows.coordinator.run.LiveRunStats;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.shim.Python;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs a script with a private coordinator, records it, and tells how it went. */
final class RecordedRun implements AutoCloseable {

  private final Console screen;
  private final Environment environment;
  private final boolean json;
  private final Providers providers;
  private final Progress progress;
  private final @Nullable DetachedScript detached;
  private final RunHandle launch;
  private final ScriptSession session;

  private RecordedRun(
      Console screen,
      Environment environment,
      boolean json,
      boolean detach,
      RunOptions options,
      Providers providers) {
    this.screen = screen;
    this.environment = environment;
    this.json = json;
    this.providers = providers;
    this.detached = detach ? DetachedScript.of(screen, environment, json) : null;
    this.progress =
        detached == null
            ? ProgressChoice.on(screen, json, environment.variables())
            : detached.progress();
    this.launch =
        new RunHandle(
            options,
            new TerminalApproval(json || detach, screen.terminal(), progress),
            new LiveRunStats(progress::event));
    this.session =
        new ScriptSession(
            launch,
            detached == null ? environment.parent() : detached.parent(),
            progress.scriptOutput());
  }

  /**
   * Starts the script's interpreter, which gets ready while the caller opens what a run needs.
   * Nothing of the script runs before {@link #carry}.
   *
   * @param detach the command ends when the run has begun
   * @param providers closed by the caller, after what is given
   */
  static RecordedRun begin(
      Console screen,
      Environment environment,
      boolean json,
      boolean detach,
      Path script,
      RunOptions options,
      Providers providers,
      @Nullable String pythonOption) {
    Python python = environment.python(pythonOption);
    RecordedRun run = new RecordedRun(screen, environment, json, detach, options, providers);
    try {
      run.session.begin(python, script, providers, environment);
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
    return run;
  }

  /** Carries the script to its end, and gives the exit code. */
  int carry(WorkflowHome home, Store store) {
    LiveRunStats tally = launch.tally();
    try (LocalCoordinator coordinator =
        LocalCoordinator.start(home, store, providers, AllowedWorkspaces.any(), environment)) {
      RunHandle.Outcome end;
      try (progress) {
        if (detached != null) {
          detached.releaseWith(launch.opening(), home);
        }
        progress.watch(() -> tally.isOpen() ? Optional.of(tally.snapshot()) : Optional.empty());
        end =
            session
                .run(CoordinatorService.ownShims(coordinator.runs(), store), providers.redactor())
                .end();
      }
      return print(end, store, home.database());
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

  private int print(RunHandle.Outcome end, Store store, Path database) {
    if (end instanceof RunHandle.Outcome.Ended ended) {
      return print(ended.run(), store);
    }
    if (end instanceof RunHandle.Outcome.Unstored unstored) {
      String message =
          "the end of "
              + unstored.runId()
              + " could not be stored: "
              + unstored.message()
              + (Files.exists(database)
                  ? "\nWhat finished before is kept; resume it when the home can be written to."
                  : "");
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
        end instanceof RunHandle.Outcome.Rejected rejected
            ? rejected.message()
            : "nothing was run.");
  }

  private int print(RunRecord run, Store store) {
    RunSummaryPrinter closing = new RunSummaryPrinter(screen, store.reader());
    if (json) {
      closing.document(run);
    } else {
      closing.lines(run);
    }
    closing.failure(run);
    return ExitCode.of(run.status());
  }
}
