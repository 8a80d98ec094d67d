package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.UsageRecord;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What all runs of a home cost: in all, by provider, by model, by day. */
public final class UsageReport {

  private static final String FORMAT = "%-14s %-26s %9s %13s %13s %14s";

  /** What was paid for some calls. */
  private record Paid(
      long calls,
      long unpricedCalls,
      long inputTokens,
      long outputTokens,
      long cacheReadTokens,
      long cacheWriteTokens,
      BigDecimal costUsd) {

    static final Paid NOTHING = new Paid(0, 0, 0, 0, 0, 0, BigDecimal.ZERO);

    Paid {
      costUsd = costUsd.signum() == 0 ? BigDecimal.ZERO : costUsd.stripTrailingZeros();
      costUsd = costUsd.scale() < 0 ? costUsd.setScale(0) : costUsd;
    }

    static Paid of(UsageRecord usage) {
      return new Paid(
          usage.calls(),
          usage.unpricedCalls(),
          usage.inputTokens(),
          usage.outputTokens(),
          usage.cacheReadTokens(),
          usage.cacheWriteTokens(),
          usage.costUsd());
    }

    Paid plus(Paid other) {
      return new Paid(
          calls + other.calls,
          unpricedCalls + other.unpricedCalls,
          inputTokens + other.inputTokens,
          outputTokens + other.outputTokens,
          cacheReadTokens + other.cacheReadTokens,
          cacheWriteTokens + other.cacheWriteTokens,
          costUsd.add(other.costUsd));
    }

    ObjectNode into(ObjectNode node) {
      return node.put("calls", calls)
          .put("input_tokens", inputTokens)
          .put("output_tokens", outputTokens)
          .put("cache_read_tokens", cacheReadTokens)
          .put("cache_write_tokens", cacheWriteTokens)
          .put("cost_usd", costUsd)
          .put("unpriced_calls", unpricedCalls);
    }

    String line(String first, String second) {
      return FORMAT.formatted(
          VisibleText.line(first),
          VisibleText.line(second),
          calls,
          inputTokens,
          outputTokens,
          costUsd.toPlainString() + (unpricedCalls > 0 ? "+" : ""));
    }
  }

  private final Map<LocalDate, Long> runs;
  private final Map<String, Paid> byProvider = new TreeMap<>();
  private final Map<String, Map<String, Paid>> byModel = new TreeMap<>();
  private final Map<LocalDate, Paid> byDay = new TreeMap<>();
  private Paid total = Paid.NOTHING;

  /**
   * @param runs how many were started, by day
   */
  public UsageReport(List<UsageRecord> usage, Map<LocalDate, Long> runs) {
    this.runs = new TreeMap<>(runs);
    for (UsageRecord record : usage) {
      Paid paid = Paid.of(record);
      String model = record.model() == null ? "" : record.model();
      total = total.plus(paid);
      byProvider.merge(record.provider(), paid, Paid::plus);
      byModel
          .computeIfAbsent(record.provider(), provider -> new TreeMap<>())
          .merge(model, paid, Paid::plus);
      byDay.merge(record.day(), paid, Paid::plus);
    }
    this.runs.keySet().forEach(day -> byDay.putIfAbsent(day, Paid.NOTHING));
  }

  private long startedRuns() {
    return runs.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * For programs.
   *
   * @param days whether with what each day cost
   */
  public ObjectNode json(boolean days) {
    ObjectNode document = Json.object();
    document.put("runs", startedRuns());
    total.into(document.putObject("totals"));
    ArrayNode providers = document.putArray("by_provider");
    byProvider.forEach(
        (provider, paid) -> paid.into(providers.addObject().put("provider", provider)));
    ArrayNode models = document.putArray("by_model");
    byModel.forEach((provider, paidByModel) ->
        paidByModel.forEach((model, paid) ->
            paid.into(
                models.addObject().put("provider", provider).put("model", nullIfEmpty(model)))));
    if (days) {
      ArrayNode list = document.putArray("by_day");
      byDay.forEach((day, paid) ->
          paid.into(
              list.addObject().put("day", day.toString()).put("runs", runs.getOrDefault(day, 0L))));
    }
    return document;
  }

  /** For people. */
  public List<String> lines(boolean days) {
    List<String> lines = new ArrayList<>();
    lines.add(
        FORMAT.formatted(
            days ? "day (UTC)" : "provider",
            days ? "runs" : "model",
            "calls",
            "input tokens",
            "output tokens",
            "US dollars"));
    if (days) {
      byDay.forEach((day, paid) ->
          lines.add(paid.line(day.toString(), Long.toString(runs.getOrDefault(day, 0L)))));
    } else {
      byModel.forEach((provider, paidByModel) ->
          paidByModel.forEach(
              (model, paid) -> lines.add(paid.line(provider, model.isEmpty() ? "-" : model))));
    }
    lines.add(total.line("total", Figures.count(startedRuns(), "run")));
    if (total.unpricedCalls() > 0) {
      lines.add(
          "+ without what "
              + total.unpricedCalls()
              + " of the calls cost: their models have no price. `owf prices --help` tells more.");
    }
    return lines;
  }

  private static @Nullable String nullIfEmpty(String model) {
    return model.isEmpty() ? null : model;
  }
}
