package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.report.ReportSources.TextLinks;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallTexts;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All calls of a run, one line each, with filters that need no script. */
final class CallList {

  /** What a browser still opens at once: the texts of so many calls, of so many characters. */
  private static final int MAX_COUNT_OF_WITH_TEXTS = 1_000;

  private static final int MANY = 300;
  private static final int ALL_TEXTS = 3_000_000;

  /** Bytes of the page before what follows the calls. */
  private static final int MAX_PAGE = 8_800_000;

  /** Of these, what texts may take: calls without them are shorter, and more have room. */
  private static final int MAX_WITH_TEXTS = 5_000_000;

  private static final int MAX_TEXT = 20_000;

  private final Html html;
  private final ReportedRun reported;
  private final ReportSources sources;

  private final PageKind kind;

  CallList(Html html, ReportedRun reported, ReportSources sources, PageKind kind) {
    this.html = html;
    this.reported = reported;
    this.sources = sources;
    this.kind = kind;
  }

  void write() {
    List<CallRecord> calls = reported.calls();
    filters();
    html.open("div", "class", "callhead", "aria-hidden", "true");
    List.of("#", "State", "Label", "Phase", "Model", "Tokens in → out", "Cost", "Time")
        .forEach(name -> html.leaf("span", name));
    html.close("div").newLine();
    // A browser leaves out what is not in view, which would be seen on short pages.
    html.open("div", "class", calls.size() > MANY ? "calls many" : "calls").newLine();
    int shown = kind == PageKind.REPORT ? cards(calls) : 0;
    html.close("div").newLine();
    if (kind == PageKind.REPORT && shown < calls.size()) {
      leftOut(calls.size() - shown);
    }
    if (kind == PageKind.LIVE && calls.size() > LiveRun.MAX_LINES) {
      html.open("p", "class", "note");
      html.text("The newest " + Figures.number(LiveRun.MAX_LINES) + " are listed. All of them: ");
      html.leaf("code", "owf calls " + reported.run().id()).close("p").newLine();
    }
  }

  private void leftOut(int calls) {
    html.open("p", "class", "note");
    html.text(
        Figures.number(calls)
            + " calls are left out here for want of room; those that failed came first. ");
    html.text("All of them: ").leaf("code", "owf calls " + reported.run().id());
    html.text(", with prompts and answers: ").leaf("code", "owf export " + reported.run().id());
    html.close("p").newLine();
  }

  /** As many as there is room for, in their order; says how many. */
  private int cards(List<CallRecord> calls) {
    Map<Integer, CacheReason> reasons = new HashMap<>();
    sources.cacheReasons().forEach(reason -> reasons.put(reason.callIndex(), reason));
    Set<Integer> withTexts = withTexts(calls);
    int longest = Math.min(MAX_TEXT, ALL_TEXTS / Math.max(1, 2 * withTexts.size()));
    int room = MAX_PAGE - html.bytes();
    NavigableMap<Integer, Html> cards = new TreeMap<>();
    int taken = 0;
    for (CallRecord call : inOrderOfNeed(calls)) {
      boolean full = taken < MAX_WITH_TEXTS && withTexts.contains(call.identity().index());
      Html card = card(call, reasons.get(call.identity().index()), full, longest);
      if (taken + card.bytes() > room) {
        break;
      }
      taken += card.bytes();
      cards.put(call.identity().index(), card);
    }
    cards.values().forEach(html::add);
    return cards.size();
  }

  /** Those that failed, those that the page has links to, the others. */
  private Iterable<CallRecord> inOrderOfNeed(List<CallRecord> calls) {
    return () ->
        Stream.of(0, 1, 2)
            .flatMap(need -> calls.stream().filter(call -> need(call) == need))
            .iterator();
  }

  private int need(CallRecord call) {
    return RunTotals.failed(call) ? 0 : html.linksTo("c" + call.identity().index()) ? 1 : 2;
  }

  private Html card(CallRecord call, @Nullable CacheReason reason, boolean withTexts, int longest) {
    Html out = new Html();
    CallCard card = new CallCard(out, call, reason).begin(kind).facts();
    CallTexts texts = withTexts ? reported.texts().apply(call.id()) : null;
    if (texts == null) {
      card.textsLeftOut();
    } else {
      card.texts(texts, longest, links(call, texts, longest));
    }
    card.end();
    return out;
  }

  /** Those that failed come first: they are what a report is opened for. */
  private static Set<Integer> withTexts(List<CallRecord> calls) {
    Set<Integer> shown = new HashSet<>();
    Stream.concat(calls.stream().filter(RunTotals::failed), calls.stream())
        .mapToInt(call -> call.identity().index())
        .distinct()
        .limit(MAX_COUNT_OF_WITH_TEXTS)
        .forEach(shown::add);
    return shown;
  }

  private Optional<TextLinks> links(CallRecord call, CallTexts texts, int longest) {
    boolean cut =
        texts.prompt().length() > longest
            || (texts.text() != null && texts.text().length() > longest);
    return cut ? sources.links(call) : Optional.empty();
  }

  private void filters() {
    Map<CallStyle, Integer> counts = new EnumMap<>(CallStyle.class);
    reported.calls().forEach(call -> counts.merge(CallStyle.of(call), 1, Integer::sum));
    if (counts.size() < 2) {
      return;
    }
    html.open("fieldset", "class", "filters").leaf("legend", "Show");
    filter("all", reported.calls().size(), true);
    counts.forEach((style, count) -> filter(style.word(), count, false));
    html.close("fieldset").newLine();
  }

  private void filter(String name, int count, boolean chosen) {
    html.open("label")
        .empty(
            "input",
            "type",
            "radio",
            "name",
            "show",
            "id",
            "show-" + name,
            "checked",
            chosen ? "checked" : null);
    html.text(name + " ").leaf("b", Figures.number(count)).close("label");
  }
}
