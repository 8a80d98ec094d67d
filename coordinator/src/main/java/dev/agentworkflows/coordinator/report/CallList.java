package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.report.ReportSources.TextLinks;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallTexts;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** All calls of a run, one line each, with filters that need no script. */
final class CallList {

  /** What a browser still opens at once: the texts of so many calls, of so many characters. */
  private static final int MOST_WITH_TEXTS = 1_000;

  private static final int MANY = 300;
  private static final int ALL_TEXTS = 3_000_000;
  private static final int LONGEST_TEXT = 20_000;

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
    if (kind == PageKind.REPORT) {
      cards(calls);
    }
    html.close("div").newLine();
    if (kind == PageKind.LIVE && calls.size() > LiveRun.MOST_LINES) {
      html.open("p", "class", "note");
      html.text("The newest " + Figures.number(LiveRun.MOST_LINES) + " are listed. All of them: ");
      html.leaf("code", "owf calls " + reported.run().id()).close("p").newLine();
    }
  }

  private void cards(List<CallRecord> calls) {
    Map<Integer, CacheReason> reasons = new HashMap<>();
    sources.cacheReasons().forEach(reason -> reasons.put(reason.callIndex(), reason));
    Set<Integer> shown = withTexts(calls);
    int longest = Math.min(LONGEST_TEXT, ALL_TEXTS / Math.max(1, 2 * shown.size()));
    for (CallRecord call : calls) {
      CallCard card = new CallCard(html, call, reasons.get(call.callIndex())).begin(kind).facts();
      CallTexts texts = shown.contains(call.callIndex()) ? reported.texts().apply(call.id()) : null;
      if (texts == null) {
        card.textsElsewhere();
      } else {
        card.texts(texts, longest, links(call, texts, longest));
      }
      card.end();
    }
  }

  /** Those that failed come first: they are what a report is opened for. */
  private static Set<Integer> withTexts(List<CallRecord> calls) {
    Set<Integer> shown = new HashSet<>();
    Stream.concat(calls.stream().filter(RunTotals::failed), calls.stream())
        .mapToInt(CallRecord::callIndex)
        .distinct()
        .limit(MOST_WITH_TEXTS)
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
    Map<CallLook, Integer> counts = new EnumMap<>(CallLook.class);
    reported.calls().forEach(call -> counts.merge(CallLook.of(call), 1, Integer::sum));
    if (counts.size() < 2) {
      return;
    }
    html.open("fieldset", "class", "filters").leaf("legend", "Show");
    filter("all", reported.calls().size(), true);
    counts.forEach((look, count) -> filter(look.word(), count, false));
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
