package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.SummarizeRun;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonStream;
import dev.agentworkflows.coordinator.report.NextStep;
import dev.agentworkflows.coordinator.report.RunTotals;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/** What people are told when a run has ended. */
final class RunSummaryPrinter {

  /** An output longer than this is named, not shown. */
  private static final int SHOWN_OUTPUT = 2000;

  /** The others are in `calls`. */
  private static final int SHOWN_WORKTREES = 5;

  /** The others are in `calls`. */
  private static final int SHOWN_FAILURES = 5;

  /** Characters of a call's error; the whole is in `calls` and `cat`. */
  private static final int SHOWN_ERROR = 200;

  private final Console screen;
  private final SummarizeRun summary;

  RunSummaryPrinter(Console screen, OpenHome home) {
    this.screen = screen;
    this.summary = new SummarizeRun(home);
  }

  /** The document that `--json` asks for. */
  void document(RunRecord run) {
    String output = summary.output(run).orElse("null");
    try (JsonStream document = screen.json().beginObject()) {
      document.name("run_id").value(StringNode.valueOf(run.id()));
      document.name("status").value(StringNode.valueOf(run.status().label()));
      document.name("output").text(output);
      document.name("run_dir").value(StringNode.valueOf(run.outputDir()));
      if (run.status() != RunStatus.DONE) {
        document.name("error").value(StringNode.valueOf(run.error().text()));
        document.name("error_kind").value(textOrNull(run.error().kind()));
      }
      document.endObject();
    }
  }

  private static JsonNode textOrNull(@Nullable String text) {
    return text == null ? NullNode.getInstance() : StringNode.valueOf(text);
  }

  void lines(RunRecord run) {
    RunTotals totals = summary.totals(run);
    screen.line("run_id: " + run.id());
    screen.line("status: " + run.status().label());
    screen.line(totals.calls());
    if (totals.failed() > 0) {
      failures(run, summary.failures(run, SHOWN_FAILURES), totals.failed());
    }
    branchErrors(run);
    summary
        .worktrees(run, SHOWN_WORKTREES)
        .forEach(call ->
            screen.line(
                "worktree: "
                    + Figures.count(call.worktree().changedFiles().size(), "changed file")
                    + ": `owf diff "
                    + call.id()
                    + "`"));
    summary.output(run).ifPresent(output -> output(run, output));
    screen.line("run_dir: " + run.outputDir());
  }

  private void failures(RunRecord run, List<CallRecord> shown, int failed) {
    shown.forEach(call -> screen.line("failed: " + failure(call)));
    if (failed > shown.size()) {
      screen.line(
          "failed: "
              + Figures.number(failed - shown.size())
              + " more: `owf calls "
              + run.id()
              + "`");
    }
  }

  private static String failure(CallRecord call) {
    String label =
        call.identity().label() == null
            ? ""
            : " (" + VisibleText.line(call.identity().label()) + ")";
    String error =
        call.error() == null ? "" : ": " + VisibleText.line(firstLine(call.error()), SHOWN_ERROR);
    return call.id() + label + " " + call.status().label() + error;
  }

  /** Exceptions that a script's branches ended on, which the run went on without. */
  private void branchErrors(RunRecord run) {
    long errors = summary.branchErrors(run);
    if (errors > 0) {
      screen.line(
          Figures.count(errors, "branch error")
              + " in parallel() or pipeline(): `owf events "
              + run.id()
              + "` says where");
    }
  }

  private void output(RunRecord run, String output) {
    // It is longer still for people, with its spaces and line ends.
    String pretty =
        output.length() > 10 * SHOWN_OUTPUT
            ? output
            : Json.writePretty(Json.read(output)).stripTrailing();
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
  void failure(RunRecord run) {
    if (run.status() == RunStatus.DONE) {
      return;
    }
    String where =
        summary.traceback(run).map(text -> lastPlace(text, run.script().path())).orElse("");
    screen.note(
        "owf: "
            + run.status().label()
            + ": "
            + RunLines.text(firstLine(run.error().text()))
            + where);
    NextStep.of(run).ifPresent(next -> screen.note("Go on with: " + next.command()));
  }

  /** Where the traceback leaves the script, else where it ends: {@code (script.py, line 12)}. */
  private static String lastPlace(String traceback, String scriptPath) {
    List<String> places =
        traceback
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("File \"") && line.contains("\", line "))
            .toList();
    String inScript = "File \"" + scriptPath + "\", line ";
    return places.stream()
        .filter(line -> line.startsWith(inScript))
        .reduce((earlier, later) -> later)
        .or(() -> places.stream().reduce((earlier, later) -> later))
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
