package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.script.PreparedRun;
import dev.agentworkflows.coordinator.app.script.RunFrontend;
import dev.agentworkflows.coordinator.app.script.RunResult;
import dev.agentworkflows.coordinator.app.script.ScriptRun;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A run as its command shows it: while it goes on, and how it ended. */
final class RunOnScreen implements AutoCloseable {

  private final Console screen;
  private final boolean json;
  private final Progress progress;
  private final @Nullable DetachedScript detached;
  private final ScriptRun run;

  private RunOnScreen(
      Console screen,
      boolean json,
      Progress progress,
      @Nullable DetachedScript detached,
      ScriptRun run) {
    this.screen = screen;
    this.json = json;
    this.progress = progress;
    this.detached = detached;
    this.run = run;
  }

  /**
   * Starts the script's interpreter, which gets ready while the caller opens the run's home.
   *
   * @param detach the command ends when the run has begun
   */
  static RunOnScreen begin(
      Console screen, Environment environment, boolean json, boolean detach, PreparedRun prepared) {
    DetachedScript detached = detach ? DetachedScript.of(screen, environment, json) : null;
    Progress progress =
        detached == null
            ? ProgressChoice.on(screen, json, environment.variables())
            : detached.progress();
    RunFrontend frontend =
        new RunFrontend(
            detached == null ? environment.parent() : detached.parent(),
            progress.scriptOutput(),
            new TerminalApproval(json || detach, screen.terminal(), progress),
            progress::event);
    try {
      return new RunOnScreen(screen, json, progress, detached, ScriptRun.begin(prepared, frontend));
    } catch (RuntimeException e) {
      progress.close();
      throw e;
    }
  }

  /** Carries the run to its end, and gives the exit code. */
  int carry(OpenHome home) {
    try {
      RunResult result;
      try (progress) {
        if (detached != null) {
          detached.releaseWith(run.opening(), home.home());
        }
        progress.watch(run::now);
        result = run.carry(home);
      }
      return print(result, home);
    } finally {
      screen.flush();
    }
  }

  /** Ends a script that was not carried. */
  @Override
  public void close() {
    progress.close();
    run.close();
  }

  private int print(RunResult result, OpenHome home) {
    if (result instanceof RunResult.Ended ended) {
      return print(ended.run(), home);
    }
    RunResult.Unstored unstored = (RunResult.Unstored) result;
    Path database = home.home().database();
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

  private int print(RunRecord ended, OpenHome home) {
    RunSummaryPrinter closing = new RunSummaryPrinter(screen, home);
    if (json) {
      closing.document(ended);
    } else {
      closing.lines(ended);
    }
    closing.failure(ended);
    return ExitCode.of(ended.status());
  }
}
