package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.call.CallPipeline;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.report.Figures;
import dev.agentworkflows.coordinator.report.NextStep;
import dev.agentworkflows.coordinator.report.RunTotals;
import dev.agentworkflows.coordinator.rpc.CoordinatorService;
import dev.agentworkflows.coordinator.run.Launch;
import dev.agentworkflows.coordinator.run.Owners;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.run.RunRecords;
import dev.agentworkflows.coordinator.run.RunTally;
import dev.agentworkflows.coordinator.run.Runs;
import dev.agentworkflows.coordinator.secret.ChildEnvironment;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.shim.Python;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Runs a script with a private coordinator, records it, and tells how it went. */
final class RecordedRun {

  /** An output longer than this is named, not shown. */
  private static final int SHOWN_OUTPUT = 2000;

  /** The others are in `calls`. */
  private static final int SHOWN_WORKTREES = 5;

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
    Prices prices = Prices.of(environment.variables());
    Python python = Python.find(pythonOption, environment.variables(), environment.cache());
    Redactor redactor = providers.redactor();
    SecureRandom random = new SecureRandom();
    Worktrees worktrees =
        new Worktrees(
            ChildEnvironment.of(environment.variables(), providers.keyVariables()),
            AllowedWorkspaces.any(),
            home.directory());
    Progress progress = Progress.on(screen, json, environment.variables());
    RunTally tally = new RunTally(progress::event);
    Launch launch = new Launch(options, new TerminalApproval(json), tally);
    ScriptSession session = new ScriptSession(launch);
    try (Owners.Owner owner = Owners.enter(home);
        CallPipeline pipeline =
            new CallPipeline(
                store, providers, prices, worktrees, redactor, environment.clock(), random)) {
      RunRecords records =
          new RunRecords(home, providers, redactor, owner.name(), environment.clock(), random);
      Runs runs = new Runs(store, records, pipeline, redactor, environment.clock());
      ScriptSession.Outcome outcome;
      try (Progress.Watching watching = progress.watch(tally)) {
        outcome =
            session.run(
                python, script, new CoordinatorService(runs, store), providers, json, environment);
      }
      return tell(outcome.end(), store);
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
    @Nullable String output = store.outputJson(run.id()).orElse(null);
    if (json) {
      ObjectNode document = Json.object();
      document.put("run_id", run.id());
      document.put("status", run.status().label());
      document.set("output", output == null ? null : Json.read(output));
      document.put("run_dir", run.outputDir());
      if (run.status() != RunStatus.DONE) {
        document.put("error", RunLines.error(run));
      }
      screen.json(document);
    } else {
      tellPeople(run, store.calls(run.id()), output);
    }
    if (run.status() != RunStatus.DONE) {
      tellTrouble(run, store);
    }
    return ExitCode.of(run.status());
  }

  private void tellPeople(RunRecord run, List<CallRecord> calls, @Nullable String output) {
    screen.line("run_id: " + run.id());
    screen.line("status: " + run.status().label());
    screen.line(RunTotals.of(calls).calls());
    calls.stream()
        .filter(call -> call.worktreePath() != null)
        .limit(SHOWN_WORKTREES)
        .forEach(call ->
            screen.line(
                "worktree: "
                    + Figures.count(call.changedFiles().size(), "changed file")
                    + ": `owf diff "
                    + call.id()
                    + "`"));
    if (output != null) {
      String pretty = Json.writePretty(Json.read(output)).stripTrailing();
      screen.line(
          pretty.length() <= SHOWN_OUTPUT
              ? "output: " + pretty
              : "output: "
                  + pretty.length()
                  + " characters of JSON; `owf output "
                  + run.id()
                  + "` prints it");
    }
    screen.line("run_dir: " + run.outputDir());
  }

  private void tellTrouble(RunRecord run, RunStore store) {
    String error = RunLines.error(run);
    String where = store.traceback(run.id()).map(RecordedRun::lastPlace).orElse("");
    screen.note("owf: " + run.status().label() + ": " + firstLine(error) + where);
    NextStep.of(run).ifPresent(next -> screen.note("Go on with: " + next));
  }

  /** Where the traceback ends: {@code (script.py, line 12)}. */
  private static String lastPlace(String traceback) {
    return traceback
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("File \"") && line.contains("\", line "))
        .filter(line -> !line.contains("/agent_workflows/_"))
        .reduce((earlier, later) -> later)
        .map(line -> {
          String file = line.substring(6, line.indexOf("\", line "));
          String rest = line.substring(line.indexOf("\", line ") + 3);
          int comma = rest.indexOf(',');
          return " (" + file + ", " + (comma < 0 ? rest : rest.substring(0, comma)) + ")";
        })
        .orElse("");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse(text);
  }
}
