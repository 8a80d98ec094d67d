package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunBudget;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run came to at one glance, and how to go on with it. */
final class Overview {

  private final Html html;
  private final ReportedRun reported;
  private final ReportSources sources;
  private final RunRecord run;
  private final RunBudget budget;
  private final RunTotals totals;
  private final RunFacts facts;

  Overview(Html html, ReportedRun reported, ReportSources sources) {
    this.html = html;
    this.reported = reported;
    this.sources = sources;
    this.run = reported.run();
    this.budget = run.budget();
    this.totals = RunTotals.of(reported.calls());
    this.facts = new RunFacts(run);
  }

  /** The page's head: what ran, and how it ended. */
  void head() {
    html.open("header", "class", "top").newLine();
    html.open("p", "class", "crumb").text("Agent workflow · ").leaf("code", run.id()).close("p");
    html.open("h1").text(run.script().name() + " ");
    status(html, run.status()).close("h1").newLine();
    if (run.script().workflowDescription() != null) {
      html.leaf("p", run.script().workflowDescription(), "class", "lead");
    }
    html.close("header").newLine();
  }

  /** A run's status, with a shape of its own. */
  static Html status(Html html, RunStatus status) {
    String look =
        switch (status) {
          case DONE -> "done";
          case RUNNING -> "running";
          case CANCELLED -> "cancelled";
          default -> "failed";
        };
    html.open("span", "class", "status " + look).leaf("span", "", "class", "mark " + look);
    return html.text(status.label()).close("span");
  }

  /** The figures that people look for first. */
  void tiles() {
    html.open("div", "class", "tiles").newLine();
    tile("Calls", Figures.number(reported.calls().size()), callsNote());
    tile("Took", took(), "started " + Figures.time(facts.began()));
    tile(
        "Tokens",
        Figures.number(spentTokens()),
        "%s in, %s out"
                .formatted(
                    Figures.tokens(totals.inputTokens()), Figures.tokens(totals.outputTokens()))
            + SpentText.ofTheJob(budget).map(spent -> "; " + spent).orElse(""),
        share(new BigDecimal(budget.job().spentEarlierTokens() + spentTokens()), tokenLimit()),
        budget.totalTokens() == null ? null : Figures.number(budget.totalTokens()));
    tile(
        "Cost",
        Figures.cost(spentCostUsd()),
        totals.cached() == 0 ? "US dollars" : "cached calls cost nothing",
        share(budget.job().spentEarlierCostUsd().add(spentCostUsd()), budget.totalCostUsd()),
        budget.totalCostUsd() == null ? null : Figures.cost(budget.totalCostUsd()));
    html.close("div").newLine();
    proportions();
  }

  /** Runs are told what they spent when they end; until then their calls know. */
  private long spentTokens() {
    return run.status() == RunStatus.RUNNING
        ? orZero(totals.inputTokens()) + orZero(totals.outputTokens())
        : budget.spentTokens();
  }

  private static long orZero(@Nullable Long tokens) {
    return tokens == null ? 0 : tokens;
  }

  private BigDecimal spentCostUsd() {
    return run.status() == RunStatus.RUNNING
        ? totals.byModel().stream()
            .map(model -> model.costUsd() == null ? BigDecimal.ZERO : model.costUsd())
            .reduce(BigDecimal.ZERO, BigDecimal::add)
        : budget.spentCostUsd();
  }

  private @Nullable BigDecimal tokenLimit() {
    return budget.totalTokens() == null ? null : new BigDecimal(budget.totalTokens());
  }

  private String callsNote() {
    return totals.counts();
  }

  private String took() {
    if (run.status() == RunStatus.RUNNING) {
      return Figures.duration(Duration.between(facts.began(), sources.now()));
    }
    return run.times().completedAt() == null
        ? Figures.UNKNOWN
        : Figures.duration(Duration.between(facts.began(), run.times().completedAt()));
  }

  private static @Nullable BigDecimal share(BigDecimal spent, @Nullable BigDecimal limit) {
    return limit == null || limit.signum() == 0
        ? null
        : spent.multiply(new BigDecimal(100)).divide(limit, 0, java.math.RoundingMode.HALF_UP);
  }

  private void tile(String name, String figure, String note) {
    tile(name, figure, note, null, null);
  }

  private void tile(
      String name,
      String figure,
      String note,
      @Nullable BigDecimal percent,
      @Nullable String limit) {
    html.open("div", "class", "tile").leaf("span", name, "class", "name");
    html.leaf("strong", figure).leaf("span", note, "class", "note");
    if (percent != null) {
      String width = percent.min(new BigDecimal(100)).toPlainString();
      html.leaf("span", percent.toPlainString() + " % of the budget, " + limit, "class", "note");
      html.open("svg", "class", "meter", "viewBox", "0 0 100 4", "preserveAspectRatio", "none");
      html.empty("rect", "class", "all", "width", "100", "height", "4");
      html.empty("rect", "class", "part", "width", width, "height", "4").close("svg");
    }
    html.close("div").newLine();
  }

  /** Done, cached, failed as parts of a whole; the tile beside it says the same in words. */
  private void proportions() {
    List<CallRecord> calls = reported.calls();
    if (calls.isEmpty()) {
      return;
    }
    Map<CallStyle, Integer> counts = new EnumMap<>(CallStyle.class);
    calls.forEach(call -> counts.merge(CallStyle.of(call), 1, Integer::sum));
    html.open("svg", "class", "parts", "aria-hidden", "true");
    html.open("svg", "viewBox", "0 0 " + calls.size() + " 1", "preserveAspectRatio", "none");
    int at = 0;
    for (Map.Entry<CallStyle, Integer> part : counts.entrySet()) {
      html.empty(
          "rect",
          "class",
          "bar " + part.getKey().word(),
          "x",
          Integer.toString(at),
          "width",
          part.getValue().toString(),
          "height",
          "1");
      at += part.getValue();
    }
    html.close("svg").close("svg").newLine();
  }

  /** Everything else in one line each. */
  void facts() {
    html.open("dl", "class", "facts").newLine();
    facts
        .of(totals)
        .forEach(fact -> html.leaf("dt", fact.name()).leaf("dd", fact.value()).newLine());
    html.close("dl").newLine();
  }

  /** What to type next. */
  void goOn() {
    Optional<String> next = NextStep.of(run);
    if (next.isPresent()) {
      html.leaf("p", "Finished calls are remembered and not paid for again:");
      html.pre(next.get(), VisibleText.MAX_BLOCK, "class", "command");
    } else if (run.status() == RunStatus.DONE && run.lineage().parentRunId() == null) {
      html.leaf("p", "After an edit of the script, pay for the calls that changed alone:");
      html.pre("owf resume " + run.id(), VisibleText.MAX_BLOCK, "class", "command");
    } else {
      html.leaf("p", "It is still running. Follow it, or end it:");
      html.pre(
          "owf status " + run.id() + "\nowf cancel " + run.id(),
          VisibleText.MAX_BLOCK,
          "class",
          "command");
    }
  }
}
