package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.Figures;
import dev.agentworkflows.coordinator.report.NextStep;
import dev.agentworkflows.coordinator.report.RunTotals;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What people are told when a run has ended. */
final class ClosingLines {

  /** An output longer than this is named, not shown. */
  private static final int SHOWN_OUTPUT = 2000;

  /** The others are in `calls`. */
  private static final int SHOWN_WORKTREES = 5;

  private final Screen screen;
  private final RunStore store;

  ClosingLines(Screen screen, RunStore store) {
    this.screen = screen;
    this.store = store;
  }

  /** The document that `--json` asks for. */
  void document(RunRecord run) {
    screen.json(document(run, store));
  }

  static ObjectNode document(RunRecord run, RunStore store) {
    @Nullable String output = store.outputJson(run.id()).orElse(null);
    ObjectNode document = Json.object();
    document.put("run_id", run.id());
    document.put("status", run.status().label());
    document.set("output", output == null ? null : Json.read(output));
    document.put("run_dir", run.outputDir());
    if (run.status() != RunStatus.DONE) {
      document.put("error", RunLines.error(run));
    }
    return document;
  }

  void lines(RunRecord run) {
    List<CallRecord> calls = store.calls(run.id());
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
    store.outputJson(run.id()).ifPresent(output -> output(run, output));
    screen.line("run_dir: " + run.outputDir());
  }

  private void output(RunRecord run, String output) {
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

  /** Why a run is not done, and how to go on; nothing when it is done. */
  void trouble(RunRecord run) {
    if (run.status() == RunStatus.DONE) {
      return;
    }
    String where = store.traceback(run.id()).map(ClosingLines::lastPlace).orElse("");
    screen.note(
        "owf: "
            + run.status().label()
            + ": "
            + RunLines.text(firstLine(RunLines.error(run)))
            + where);
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
