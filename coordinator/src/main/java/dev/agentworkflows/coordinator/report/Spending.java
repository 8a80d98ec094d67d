package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where tokens, money and time went, and what the cache saved, as tables. */
final class Spending {

  private static final int MAX_ROWS = 100;
  private static final int MAX_REASONS = 30;
  private static final int SLOWEST = 5;

  private final Html html;
  private final List<CallRecord> calls;

  Spending(Html html, List<CallRecord> calls) {
    this.html = html;
    this.calls = calls;
  }

  void phases() {
    table("Phase", Breakdown.by(Breakdown::phase, calls));
  }

  void providersAndModels() {
    List<Breakdown> models = Breakdown.by(Breakdown::model, calls);
    List<Breakdown> providers = Breakdown.by(call -> call.asked().provider(), calls);
    if (providers.size() > 1) {
      table("Provider", providers);
    }
    table("Model", models);
  }

  private void table(String heading, List<Breakdown> groups) {
    html.open("div", "class", "scroll").open("table").open("thead").open("tr");
    html.leaf("th", heading, "scope", "col");
    for (String name :
        List.of("Calls", "Done", "Cached", "Failed", "Tokens in", "Tokens out", "Cost", "Time")) {
      html.leaf("th", name, "scope", "col", "class", "n");
    }
    html.close("tr").close("thead").newLine().open("tbody");
    groups.stream().limit(MAX_ROWS).forEach(this::row);
    html.close("tbody").close("table").close("div").newLine();
    if (groups.size() > MAX_ROWS) {
      html.leaf("p", "And " + Figures.number(groups.size() - MAX_ROWS) + " more.", "class", "note");
    }
  }

  private void row(Breakdown group) {
    html.open("tr").leaf("th", group.name(), "scope", "row");
    number(Figures.number(group.calls()));
    number(zeroAsDash(group.done()));
    number(zeroAsDash(group.cached()));
    html.leaf("td", zeroAsDash(group.failed()), "class", group.failed() == 0 ? "n" : "n bad");
    number(Figures.tokens(group.inputTokens()));
    number(Figures.tokens(group.outputTokens()));
    number(Figures.cost(group.costUsd()));
    number(Figures.duration(Duration.ofMillis(group.providerMillis())));
    html.close("tr").newLine();
  }

  private static String zeroAsDash(int count) {
    return count == 0 ? Figures.UNKNOWN : Figures.number(count);
  }

  private void number(String figure) {
    html.leaf("td", figure, "class", "n");
  }

  /** The calls that took longest: what to look at when a run is slow. */
  void slowest() {
    List<CallRecord> slow =
        calls.stream()
            .filter(
                call -> CallStyle.of(call) != CallStyle.CACHED && call.attempts().durationMs() > 0)
            .sorted(
                Comparator.comparingLong((CallRecord call) -> call.attempts().durationMs())
                    .reversed())
            .limit(SLOWEST)
            .toList();
    if (slow.isEmpty()) {
      return;
    }
    html.leaf("h3", "Slowest calls").open("ol", "class", "slow").newLine();
    for (CallRecord call : slow) {
      html.open("li").open("a", "href", "#c" + call.identity().index());
      html.text("#" + CallNames.numbered(call.identity()));
      html.close("a")
          .text(" ")
          .leaf("b", Figures.duration(Duration.ofMillis(call.attempts().durationMs())));
      html.text(" " + Breakdown.model(call)).close("li").newLine();
    }
    html.close("ol").newLine();
  }

  /** Why calls were, or were not, answered from memory; equal reasons together. */
  void cacheReasons(List<CacheReason> reasons) {
    Map<String, List<CacheReason>> groups = new LinkedHashMap<>();
    for (CacheReason reason : reasons) {
      // Each answer is remembered from a call of its own.
      String why = reason.cacheStatus() == CacheStatus.HIT ? "remembered" : reason.reason();
      groups
          .computeIfAbsent(reason.cacheStatus().label() + "\n" + why, key -> new ArrayList<>())
          .add(reason);
    }
    html.open("div", "class", "scroll").open("table").open("thead").open("tr");
    html.leaf("th", "Cache", "scope", "col").leaf("th", "Why", "scope", "col");
    html.leaf("th", "Calls", "scope", "col", "class", "n");
    html.leaf("th", "For example", "scope", "col").close("tr").close("thead").newLine();
    html.open("tbody");
    groups.values().stream()
        .sorted(Comparator.comparingInt((List<CacheReason> group) -> group.size()).reversed())
        .limit(MAX_REASONS)
        .forEach(this::reason);
    html.close("tbody").close("table").close("div").newLine();
    if (groups.size() > MAX_REASONS) {
      html.leaf(
          "p",
          "And "
              + Figures.number(groups.size() - MAX_REASONS)
              + " other reasons; each call has its own.",
          "class",
          "note");
    }
  }

  private void reason(List<CacheReason> group) {
    CacheReason first = group.get(0);
    html.open("tr").leaf("th", first.cacheStatus().label(), "scope", "row");
    html.leaf("td", first.cacheStatus() == CacheStatus.HIT ? "remembered" : first.reason());
    number(Figures.number(group.size()));
    html.open("td").open("a", "href", "#c" + first.callIndex());
    html.text("#" + first.callIndex() + (first.label() == null ? "" : " " + first.label()));
    html.close("a").close("td").close("tr").newLine();
  }
}
