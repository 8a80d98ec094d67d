package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What went wrong: the run's own error, then those of its calls, equal ones together. */
final class Failures {

  private static final int MAX_GROUPS = 50;
  private static final int MAX_LINKS = 12;

  private record Kind(String status, String error) {}

  private final Html html;
  private final ReportedRun reported;

  Failures(Html html, ReportedRun reported) {
    this.html = html;
    this.reported = reported;
  }

  static boolean any(ReportedRun reported) {
    return reported.run().error().message() != null
        || reported.traceback() != null
        || reported.calls().stream().anyMatch(RunTotals::failed);
  }

  void write() {
    RunRecord run = reported.run();
    if (run.error().message() != null) {
      html.leaf("h3", run.error().kind() == null ? "Error" : run.error().kind());
      html.pre(run.error().message(), VisibleText.MAX_BLOCK, "class", "error");
    }
    if (reported.traceback() != null) {
      html.open("details").leaf("summary", "Traceback");
      html.pre(reported.traceback(), 20_000, "tabindex", "0").close("details").newLine();
    }
    Map<Kind, List<CallRecord>> groups = new LinkedHashMap<>();
    for (CallRecord call : reported.calls()) {
      if (RunTotals.failed(call)) {
        String error = call.error() == null ? "no error was recorded" : call.error();
        groups
            .computeIfAbsent(new Kind(call.status().label(), error), kind -> new ArrayList<>())
            .add(call);
      }
    }
    groups.entrySet().stream()
        .limit(MAX_GROUPS)
        .forEach(group -> group(group.getKey(), group.getValue()));
    if (groups.size() > MAX_GROUPS) {
      html.open("p", "class", "note");
      html.text(
          "And %s other errors; each call below shows its own."
              .formatted(Figures.number(groups.size() - MAX_GROUPS)));
      html.close("p").newLine();
    }
  }

  private void group(Kind kind, List<CallRecord> calls) {
    html.open("article", "class", "failure").open("h3");
    html.leaf("span", "", "class", "mark failed").text(kind.status() + " ");
    html.leaf("small", Figures.count(calls.size(), "call")).close("h3").newLine();
    html.pre(kind.error(), VisibleText.MAX_BLOCK, "class", "error");
    html.open("p", "class", "refs");
    for (CallRecord call : calls.subList(0, Math.min(MAX_LINKS, calls.size()))) {
      CallIdentity identity = call.identity();
      html.leaf("a", "#" + CallNames.numbered(identity), "href", "#c" + identity.index()).text(" ");
    }
    if (calls.size() > MAX_LINKS) {
      html.text("and " + Figures.number(calls.size() - MAX_LINKS) + " more");
    }
    html.close("p").close("article").newLine();
  }
}
