package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.report.ReportSources.FileLink;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** The parts of a run's page, in their order: what went wrong comes before what went well. */
final class RunSections {

  /** A part, written when the page comes to it. */
  private record Section(String heading, Consumer<Html> body) {}

  private static final int MAX_CHILDREN = 1_000;

  private final ReportedRun reported;
  private final ReportSources sources;
  private final PageKind kind;
  private final Map<String, Section> sections = new LinkedHashMap<>();

  RunSections(ReportedRun reported, ReportSources sources, PageKind kind) {
    this.reported = reported;
    this.sources = sources;
    this.kind = kind;
    plan();
  }

  private void plan() {
    List<CallRecord> calls = reported.calls();
    RunRecord run = reported.run();
    boolean done = run.status() == RunStatus.DONE;
    if (Failures.any(reported)) {
      add("failures", "Failures", html -> new Failures(html, reported).write());
    }
    Consumer<Html> goOn = html -> new Overview(html, reported, sources).goOn();
    if (!done && kind == PageKind.REPORT) {
      add("resume", "How to go on", goOn);
    }
    if (!calls.isEmpty()) {
      add("timeline", "Timeline", this::timeline);
      add("phases", "Phases", html -> new Spending(html, calls).phases());
      add("cost", "Tokens and cost", html -> new Spending(html, calls).providersAndModels());
    }
    results(run, calls);
    if (!reported.events().isEmpty()) {
      add(
          "events",
          "Events",
          html ->
              new EventList(html, new RunFacts(run).began()).write(reported.events(), run.id()));
    }
    if (done || kind == PageKind.LIVE) {
      add("resume", "How to go on", goOn);
    }
    add("about", "About this run", this::about);
  }

  private void results(RunRecord run, List<CallRecord> calls) {
    List<CacheReason> reasons = sources.cacheReasons();
    if (!reasons.isEmpty()) {
      add("cache", "Cache", html -> new Spending(html, calls).cacheReasons(reasons));
    }
    List<CallRecord> changing = Changes.of(calls);
    if (!changing.isEmpty()) {
      add("changes", "Changes to review", html -> new Changes(html, sources, kind).write(changing));
    }
    String output = reported.outputJson();
    if (output != null) {
      add("output", "Output", html -> output(html, output));
    }
    List<RunRecord> children = sources.children();
    if (!children.isEmpty()) {
      add("children", "Child runs", html -> children(html, children));
    }
    if (!calls.isEmpty()) {
      add("calls", "Calls", html -> new CallList(html, reported, sources, kind).write());
    }
  }

  private void add(String id, String heading, Consumer<Html> body) {
    sections.put(id, new Section(heading, body));
  }

  private void timeline(Html html) {
    List<CallRecord> calls = reported.calls();
    TimelineChart.draw(html, new RunFacts(reported.run()).began(), calls, sources.now());
    new Spending(html, calls).slowest();
  }

  /** Links to the parts. */
  void contents(Html html) {
    html.open("nav", "aria-label", "Contents", "class", "contents").open("ul").newLine();
    sections.forEach((id, section) ->
        html.open("li").leaf("a", section.heading(), "href", "#" + id).close("li").newLine());
    html.close("ul").close("nav").newLine();
  }

  void write(Html html) {
    sections.keySet().forEach(id -> write(html, id));
  }

  /** Each part by itself, by its id, in order. */
  Map<String, String> apart() {
    Map<String, String> parts = new LinkedHashMap<>();
    for (String id : sections.keySet()) {
      Html html = new Html();
      write(html, id);
      parts.put(id, html.toString());
    }
    return parts;
  }

  private void write(Html html, String id) {
    Section section = Objects.requireNonNull(sections.get(id));
    html.open("section", "id", id, "aria-labelledby", "h-" + id).newLine();
    html.leaf("h2", section.heading(), "id", "h-" + id).newLine();
    section.body().accept(html);
    html.close("section").newLine();
  }

  private void output(Html html, String json) {
    html.leaf("p", "What main returned.", "class", "note");
    html.pre(json, 20_000, "tabindex", "0");
    if (json.length() > 20_000) {
      html.open("p", "class", "note").text(CallCard.cutNote(json, 20_000) + " All of it: ");
      html.leaf("code", "owf output " + reported.run().id()).close("p").newLine();
    }
  }

  private void children(Html html, List<RunRecord> children) {
    html.open("div", "class", "scroll").open("table").open("thead").open("tr");
    for (String name : List.of("Run", "Workflow", "Status", "Tokens", "Cost")) {
      html.leaf("th", name, "scope", "col");
    }
    html.close("tr").close("thead").open("tbody").newLine();
    for (RunRecord child : children.subList(0, Math.min(MAX_CHILDREN, children.size()))) {
      html.open("tr").open("th", "scope", "row");
      if (kind == PageKind.LIVE) {
        html.leaf("a", child.id(), "href", "#/run/" + child.id()).close("th");
      } else {
        html.text(child.id()).close("th");
      }
      html.leaf("td", child.script().name()).open("td");
      Overview.status(html, child.status()).close("td");
      html.leaf("td", Figures.number(child.budget().spentTokens()));
      html.leaf("td", Figures.cost(child.budget().spentCostUsd())).close("tr").newLine();
    }
    html.close("tbody").close("table").close("div").newLine();
    if (children.size() > MAX_CHILDREN) {
      html.open("p", "class", "note");
      html.text("And " + Figures.number(children.size() - MAX_CHILDREN) + " more: ");
      html.leaf("code", "owf runs --limit 10000").close("p").newLine();
    }
    if (kind == PageKind.LIVE) {
      return;
    }
    html.open("p", "class", "note").text("Each has a report of its own: ");
    html.leaf("code", "owf report " + children.get(0).id() + " --html").close("p").newLine();
  }

  private void about(Html html) {
    new Overview(html, reported, sources).facts();
    List<FileLink> files = sources.files();
    if (!files.isEmpty()) {
      html.leaf("h3", "Files").open("ul", "class", "links").newLine();
      for (FileLink file : files.subList(0, Math.min(MAX_CHILDREN, files.size()))) {
        html.open("li").leaf("a", file.name(), "href", file.href());
        html.text(" " + Figures.number(file.bytes()) + " bytes").close("li").newLine();
      }
      html.close("ul").newLine();
    }
    html.open("p", "class", "note").text("All prompts and answers as files: ");
    html.leaf("code", "owf artifacts " + reported.run().id()).close("p").newLine();
  }
}
