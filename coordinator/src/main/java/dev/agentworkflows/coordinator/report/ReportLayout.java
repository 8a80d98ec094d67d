package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.AskedCall;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallTexts;
import dev.agentworkflows.store.CallUsage;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.EventType;
import dev.agentworkflows.store.RunRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What stands in a report in Markdown: what went wrong comes before what went well. */
final class ReportLayout {

  private static final int MAX_TEXTS = 100;
  private static final int MAX_DIFFS = 20;

  private final ReportedRun reported;
  private final ReportSources sources;
  private final RunRecord run;
  private final RunTotals totals;
  private final RunFacts facts;
  private final ReportPointers pointers;
  private final MarkdownPage page;

  private ReportLayout(
      ReportedRun reported, ReportSources sources, ReportPointers pointers, MarkdownPage page) {
    this.reported = reported;
    this.sources = sources;
    this.run = reported.run();
    this.totals = RunTotals.of(reported.calls());
    this.facts = new RunFacts(run);
    this.pointers = pointers;
    this.page = page;
  }

  /** All there is to say, as far as there is room. Takes time linear in calls and events. */
  static void report(
      ReportedRun reported, ReportSources sources, ReportPointers pointers, MarkdownPage page) {
    ReportLayout layout = new ReportLayout(reported, sources, pointers, page);
    layout.head();
    layout.error();
    layout.failures(Integer.MAX_VALUE);
    layout.output();
    layout.spending();
    layout.cacheReasons();
    layout.changes();
    layout.diffs();
    layout.children();
    layout.calls();
    layout.events();
    layout.texts();
    layout.files();
  }

  /** What somebody wants to know who comes back to a run's directory. */
  static void summary(ReportedRun reported, MarkdownPage page) {
    ReportSources none = ReportSources.none(reported.run().times().createdAt());
    ReportLayout layout = new ReportLayout(reported, none, new CommandPointers(), page);
    layout.head();
    layout.error();
    layout.failures(10);
    layout.spending();
    layout.changes();
  }

  private void head() {
    page.begin("%s: %s".formatted(run.script().name(), run.status().label()));
    if (run.script().workflowDescription() != null) {
      page.paragraph(run.script().workflowDescription());
    }
    page.facts(facts.of(totals));
    Optional<NextStep> next = NextStep.of(run);
    if (next.isPresent()) {
      page.section("How to go on");
      page.paragraph("Finished calls are remembered and not paid for again:");
      page.command(pointers.resume(next.get()));
    }
  }

  private void error() {
    if (run.error().message() == null && reported.traceback() == null) {
      return;
    }
    page.failures("Error");
    if (run.error().message() != null) {
      page.block(run.error().kind() == null ? "error" : run.error().kind(), run.error().message());
    }
    if (reported.traceback() != null) {
      page.block("Traceback", reported.traceback());
    }
  }

  private void failures(int most) {
    List<CallRecord> failures = reported.calls().stream().filter(RunTotals::failed).toList();
    if (failures.isEmpty()) {
      return;
    }
    page.failures("Failed calls");
    page.allIn(pointers.calls(run.id()));
    for (CallRecord call : failures.subList(0, Math.min(most, failures.size()))) {
      page.block(
          "%s: %s".formatted(title(call), call.status().label()),
          call.error() == null ? "no error was recorded" : call.error());
    }
    moreNote(failures.size(), most, pointers.calls(run.id()));
  }

  private static String title(CallRecord call) {
    return "%s (%s)".formatted(CallNames.numbered(call.identity()), call.id());
  }

  private void moreNote(int all, int shown, String command) {
    if (all > shown) {
      page.paragraph("And %s more:".formatted(Figures.number(all - shown)));
      page.command(command);
    }
  }

  private void output() {
    if (reported.outputJson() != null) {
      page.section("Output");
      page.allIn(pointers.output(run.id()));
      page.block("What main returned", reported.outputJson());
    }
  }

  private void spending() {
    if (reported.calls().isEmpty()) {
      return;
    }
    page.section("Tokens and cost");
    breakdown("Model", Breakdown.by(Breakdown::model, reported.calls()));
    List<Breakdown> providers = Breakdown.by(call -> call.asked().provider(), reported.calls());
    if (providers.size() > 1) {
      breakdown("Provider", providers);
    }
    page.section("Phases");
    breakdown("Phase", Breakdown.by(Breakdown::phase, reported.calls()));
  }

  private void breakdown(String heading, List<Breakdown> groups) {
    page.table(
        List.of(
            heading,
            "Calls",
            "Done",
            "Cached",
            "Failed",
            "Tokens in",
            "Tokens out",
            "Cost",
            "Time"));
    page.allIn(pointers.calls(run.id()));
    for (Breakdown group : groups) {
      page.row(
          List.of(
              group.name(),
              Figures.number(group.calls()),
              Figures.number(group.done()),
              Figures.number(group.cached()),
              Figures.number(group.failed()),
              Figures.tokens(group.inputTokens()),
              Figures.tokens(group.outputTokens()),
              Figures.cost(group.costUsd()),
              Figures.duration(Duration.ofMillis(group.providerMillis()))));
    }
    page.endTable();
  }

  private void cacheReasons() {
    List<CacheReason> reasons = sources.cacheReasons();
    if (reasons.isEmpty()) {
      return;
    }
    page.section("Cache");
    page.allIn(pointers.cacheReasons(run.id()));
    page.table(List.of("#", "Label", "Cache", "Why"));
    for (CacheReason reason : reasons) {
      page.row(
          List.of(
              String.valueOf(reason.callIndex()),
              orDash(reason.label()),
              reason.cacheStatus().label(),
              reason.reason()));
    }
    page.endTable();
  }

  private void changes() {
    List<CallRecord> changing =
        reported.calls().stream()
            .filter(call -> !call.worktree().changedFiles().isEmpty())
            .toList();
    if (changing.isEmpty()) {
      return;
    }
    page.section("Changes to review");
    page.allIn(pointers.calls(run.id()));
    page.paragraph("Nothing is merged by itself. Look with diff, take over with apply:");
    page.command(pointers.diff(changing.get(0).id()));
    page.table(List.of("Call", "Branch", "Changed files"));
    for (CallRecord call : changing) {
      page.row(
          List.of(
              call.id(),
              orDash(call.worktree().branch()),
              String.join(", ", call.worktree().changedFiles())));
    }
    page.endTable();
  }

  private void diffs() {
    List<CallRecord> changing = Changes.of(reported.calls());
    for (CallRecord call : changing.subList(0, Math.min(MAX_DIFFS, changing.size()))) {
      if (sources.diff(call) instanceof CallDiff.Text text) {
        page.block(title(call) + ", diff", text.patch());
      }
    }
  }

  private void children() {
    List<RunRecord> children = sources.children();
    if (children.isEmpty()) {
      return;
    }
    page.section("Child runs");
    page.allIn(pointers.runs());
    page.table(List.of("Run", "Workflow", "Status"));
    for (RunRecord child : children) {
      page.row(List.of(child.id(), child.script().name(), child.status().label()));
    }
    page.endTable();
  }

  private void files() {
    List<ReportSources.FileLink> files = sources.files();
    if (files.isEmpty()) {
      return;
    }
    page.section("Files");
    page.allIn(pointers.files(run.id()));
    for (ReportSources.FileLink file : files) {
      page.link(file.name(), file.href());
    }
  }

  private void calls() {
    if (reported.calls().isEmpty()) {
      return;
    }
    page.section("Calls");
    page.allIn(pointers.calls(run.id()));
    page.table(
        List.of(
            "#",
            "Label",
            "Phase",
            "Status",
            "Cache",
            "Provider",
            "Model",
            "In",
            "Out",
            "Cost",
            "Time"));
    for (CallRecord call : reported.calls()) {
      CallIdentity identity = call.identity();
      AskedCall asked = call.asked();
      CallUsage usage = call.usage();
      page.row(
          List.of(
              String.valueOf(identity.index()),
              orDash(identity.label()),
              orDash(identity.phase()),
              call.status().label(),
              call.cache().status().label(),
              asked.provider(),
              orDash(asked.model()),
              Figures.tokens(usage.inputTokens()),
              Figures.tokens(usage.outputTokens()),
              Figures.cost(usage.estimatedCostUsd()),
              Figures.duration(Duration.ofMillis(call.attempts().durationMs()))),
          RunTotals.failed(call));
    }
    page.endTable();
  }

  private void events() {
    if (reported.events().isEmpty()) {
      return;
    }
    page.section("Events");
    pointers.events(run.id()).ifPresent(page::allIn);
    page.table(List.of("#", "After", "Event", "Phase", "Message", "Data"));
    for (EventRecord event : reported.events()) {
      page.row(
          List.of(
              String.valueOf(event.position()),
              Figures.duration(Duration.between(facts.began(), event.at())),
              event.type().label(),
              orDash(event.phase()),
              event.message(),
              event.dataJson().equals("{}") ? "" : event.dataJson()),
          event.type() == EventType.WARNING);
    }
    page.endTable();
  }

  private void texts() {
    List<CallRecord> calls = reported.calls();
    if (calls.isEmpty()) {
      return;
    }
    page.section("Prompts and answers");
    page.allIn(pointers.texts(run.id()));
    // Those that failed come first, where not all have room.
    List<CallRecord> shown =
        calls.size() <= MAX_TEXTS
            ? calls
            : Stream.concat(
                    calls.stream().filter(RunTotals::failed),
                    calls.stream().filter(call -> !RunTotals.failed(call)))
                .limit(MAX_TEXTS)
                .toList();
    for (CallRecord call : shown) {
      CallTexts texts = page.hasRoom() ? reported.texts().apply(call.id()) : null;
      if (texts != null) {
        page.block(title(call) + ", prompt", texts.prompt());
        if (texts.text() != null) {
          page.block(title(call) + ", answer", texts.text());
        }
      }
    }
    moreNote(calls.size(), MAX_TEXTS, pointers.texts(run.id()));
  }

  private static String orDash(@Nullable String text) {
    return text == null ? Figures.UNKNOWN : text;
  }
}
