package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.report.ReportSources.FileLink;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parts of a run's page, in their order: what went wrong comes before what went well. */
final class RunSections {

  /** A part, written when the page comes to it. */
  private record Section(String heading, Runnable body) {}

  private final Html html;
  private final ReportedRun reported;
  private final ReportSources sources;
  private final Map<String, Section> sections = new LinkedHashMap<>();

  RunSections(Html html, ReportedRun reported, ReportSources sources) {
    this.html = html;
    this.reported = reported;
    this.sources = sources;
    plan();
  }

  private void plan() {
    List<CallRecord> calls = reported.calls();
    RunRecord run = reported.run();
    Spending spending = new Spending(html, calls);
    if (Failures.any(reported)) {
      add("failures", "Failures", () -> new Failures(html, reported).write());
    }
    Runnable goOn = () -> new Overview(html, reported, sources).goOn();
    if (run.status() != RunStatus.DONE) {
      add("resume", "How to go on", goOn);
    }
    if (!calls.isEmpty()) {
      add(
          "timeline",
          "Timeline",
          () -> {
            TimelineChart.draw(html, new RunFacts(run).began(), calls, sources.now());
            spending.slowest();
          });
      add("phases", "Phases", spending::phases);
      add("cost", "Tokens and cost", spending::providersAndModels);
    }
    List<CacheReason> reasons = sources.cacheReasons();
    if (!reasons.isEmpty()) {
      add("cache", "Cache", () -> spending.cacheReasons(reasons));
    }
    List<CallRecord> changing = Changes.of(calls);
    if (!changing.isEmpty()) {
      add("changes", "Changes to review", () -> new Changes(html, sources).write(changing));
    }
    String output = reported.outputJson();
    if (output != null) {
      add("output", "Output", () -> output(output));
    }
    List<RunRecord> children = sources.children();
    if (!children.isEmpty()) {
      add("children", "Child runs", () -> children(children));
    }
    if (!calls.isEmpty()) {
      add("calls", "Calls", () -> new CallList(html, reported, sources).write());
    }
    if (!reported.events().isEmpty()) {
      add(
          "events",
          "Events",
          () -> new EventList(html, new RunFacts(run).began()).write(reported.events(), run.id()));
    }
    if (run.status() == RunStatus.DONE) {
      add("resume", "How to go on", goOn);
    }
    add("about", "About this run", this::about);
  }

  private void add(String id, String heading, Runnable body) {
    sections.put(id, new Section(heading, body));
  }

  /** Links to the parts. */
  void contents() {
    html.open("nav", "aria-label", "Contents", "class", "contents").open("ul").newLine();
    sections.forEach((id, section) ->
        html.open("li").leaf("a", section.heading(), "href", "#" + id).close("li").newLine());
    html.close("ul").close("nav").newLine();
  }

  void write() {
    sections.forEach((id, section) -> {
      html.open("section", "id", id, "aria-labelledby", "h-" + id).newLine();
      html.leaf("h2", section.heading(), "id", "h-" + id).newLine();
      section.body().run();
      html.close("section").newLine();
    });
  }

  private void output(String json) {
    html.leaf("p", "What main returned.", "class", "note");
    html.pre(json, 20_000, "tabindex", "0");
    if (json.length() > 20_000) {
      html.open("p", "class", "note").text(CallCard.cutNote(json, 20_000) + " All of it: ");
      html.leaf("code", "owf output " + reported.run().id()).close("p").newLine();
    }
  }

  private void children(List<RunRecord> children) {
    html.open("div", "class", "scroll").open("table").open("thead").open("tr");
    for (String name : List.of("Run", "Workflow", "Status", "Tokens", "Cost")) {
      html.leaf("th", name, "scope", "col");
    }
    html.close("tr").close("thead").open("tbody").newLine();
    for (RunRecord child : children) {
      html.open("tr").leaf("th", child.id(), "scope", "row");
      html.leaf("td", new RunFacts(child).name()).open("td");
      Overview.status(html, child.status()).close("td");
      html.leaf("td", Figures.number(child.budgetSpentTokens()));
      html.leaf("td", Figures.cost(child.budgetSpentCostUsd())).close("tr").newLine();
    }
    html.close("tbody").close("table").close("div").newLine();
    html.open("p", "class", "note").text("Each has a report of its own: ");
    html.leaf("code", "owf report " + children.get(0).id() + " --html").close("p").newLine();
  }

  private void about() {
    new Overview(html, reported, sources).facts();
    List<FileLink> files = sources.files();
    if (!files.isEmpty()) {
      html.leaf("h3", "Files").open("ul", "class", "links").newLine();
      for (FileLink file : files) {
        html.open("li").leaf("a", file.name(), "href", file.href());
        html.text(" " + Figures.number(file.bytes()) + " bytes").close("li").newLine();
      }
      html.close("ul").newLine();
    }
    html.open("p", "class", "note").text("All prompts and answers as files: ");
    html.leaf("code", "owf artifacts " + reported.run().id()).close("p").newLine();
  }
}
