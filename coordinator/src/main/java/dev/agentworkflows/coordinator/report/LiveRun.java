package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallTexts;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parts of a report as pieces of a page that changes while its run goes on. */
public final class LiveRun {

  /** Of a larger run, the page has the lines of the newest calls alone. */
  public static final int MAX_LINES = 10_000;

  private static final int MAX_TEXT = 200_000;
  private static final int MAX_DIFF = 500_000;

  private LiveRun() {}

  /** The parts of a run's page by their ids, in order; the lines of its calls are not in them. */
  public static Map<String, String> parts(ReportedRun run, ReportSources sources) {
    Map<String, String> parts = new LinkedHashMap<>();
    Html head = new Html();
    Overview overview = new Overview(head, run, sources);
    overview.head();
    parts.put("head", head.toString());
    Html tiles = new Html();
    tiles.open("div", "id", "tiles");
    new Overview(tiles, run, sources).tiles();
    parts.put("tiles", tiles.close("div").toString());
    parts.putAll(new RunSections(run, sources, PageKind.LIVE).apart());
    return parts;
  }

  /** A heading within a page. */
  public static String heading(String text) {
    return new Html().leaf("h2", text).toString();
  }

  /** A remark within a page. */
  public static String note(String text) {
    return new Html().leaf("p", text, "class", "note").toString();
  }

  /** The line of a call in the list, which unfolds to nothing yet. */
  public static String line(CallRecord call) {
    Html html = new Html();
    new CallCard(html, call, null).begin(PageKind.LIVE).end();
    return html.toString();
  }

  /** All there is to say of a call. */
  public static String call(
      CallRecord call, @Nullable CacheReason reason, Optional<CallTexts> texts) {
    Html html = new Html();
    CallCard card = new CallCard(html, call, reason).facts();
    texts.ifPresent(found -> card.texts(found, MAX_TEXT, Optional.empty()));
    return html.toString();
  }

  /** What a call changed. */
  public static String diff(CallRecord call, CallDiff diff) {
    Html html = new Html();
    Changes.diff(html, diff, MAX_DIFF, call);
    return html.toString();
  }

  /**
   * What a run waits for people to say, each with its two answers; empty when it waits for none.
   */
  public static String questions(RunRecord run, List<ApprovalRecord> approvals) {
    Html html = new Html();
    if (run.status() != RunStatus.RUNNING) {
      return "";
    }
    for (ApprovalRecord asked : approvals) {
      if (asked.status() == ApprovalStatus.WAITING) {
        html.open("section", "class", "panel question");
        html.leaf("h2", asked.label() == null ? "The run asks" : asked.label());
        html.leaf("p", asked.question()).open("div", "class", "buttons");
        String number = String.valueOf(asked.position());
        html.leaf("button", "No", "type", "button", "data-question", number, "value", "decline");
        html.leaf("button", "Yes", "type", "button", "data-question", number, "value", "approve");
        html.close("div").close("section").newLine();
      }
    }
    return html.toString();
  }

  /** The runs of a home as a table of links. */
  public static String runs(List<RunRecord> runs) {
    Html html = new Html();
    if (runs.isEmpty()) {
      html.leaf("p", "No run is recorded yet.", "class", "note");
      return html.toString();
    }
    html.open("div", "class", "scroll").open("table", "class", "runs").open("thead").open("tr");
    for (String name : List.of("Workflow", "Status", "Run", "Started", "Tokens", "Cost")) {
      html.leaf("th", name, "scope", "col");
    }
    html.close("tr").close("thead").newLine().open("tbody").newLine();
    for (RunRecord run : runs) {
      RunFacts facts = new RunFacts(run);
      html.open("tr")
          .open("th", "scope", "row")
          .leaf("a", run.script().name(), "href", "#/run/" + run.id());
      if (run.lineage().parentRunId() != null) {
        html.text(" ").leaf("small", "child run");
      }
      html.close("th").open("td");
      Overview.status(html, run.status()).close("td");
      html.open("td").leaf("code", run.id()).close("td");
      html.leaf("td", Figures.time(facts.began()));
      html.open("td").text(Figures.number(run.budget().spentTokens()));
      SpentText.ofTheJob(run.budget()).ifPresent(spent -> html.text(" ").leaf("small", spent));
      html.close("td");
      html.leaf("td", Figures.cost(run.budget().spentCostUsd())).close("tr").newLine();
    }
    html.close("tbody").close("table").close("div").newLine();
    return html.toString();
  }

  /** Whether a person may end the run: it goes on, and is not another's child. */
  public static boolean cancellable(RunRecord run) {
    return run.status() == RunStatus.RUNNING && run.lineage().parentRunId() == null;
  }
}
