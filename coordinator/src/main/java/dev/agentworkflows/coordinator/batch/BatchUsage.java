package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.store.UsageRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a file of results says that was paid, by model. */
final class BatchUsage {

  /** Above this a cost is no cost: the file was changed. */
  private static final BigDecimal MAX_USD = new BigDecimal(1_000_000);

  private BatchUsage() {}

  /**
   * @param at whose day (UTC) it is counted for
   */
  static List<UsageRecord> of(Path results, String provider, Instant at) throws IOException {
    LocalDate day = at.atZone(ZoneOffset.UTC).toLocalDate();
    Map<String, UsageRecord> byModel = new TreeMap<>();
    try (BufferedReader lines = Files.newBufferedReader(results, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode row = Json.read(line);
        if (wasRun(row)) {
          UsageRecord one = of(row, provider, day);
          byModel.merge(row.path("model").asString(""), one, BatchUsage::sum);
        }
      }
    }
    return List.copyOf(byModel.values());
  }

  /** A question that was refused, or whose turn never came, costs nothing and has no usage. */
  private static boolean wasRun(JsonNode row) {
    return row.path("status").asString("").equals("done")
        || row.path("input_tokens").isNumber()
        || row.path("output_tokens").isNumber()
        || row.path("cost_usd").isNumber();
  }

  private static UsageRecord of(JsonNode row, String provider, LocalDate day) {
    BigDecimal cost = cost(row.path("cost_usd"));
    String model = row.path("model").asString("");
    return new UsageRecord(
        day,
        provider,
        model.isEmpty() ? null : model,
        1,
        cost == null ? 1 : 0,
        tokens(row, "input_tokens"),
        tokens(row, "output_tokens"),
        tokens(row, "cache_read_tokens"),
        tokens(row, "cache_write_tokens"),
        cost == null ? BigDecimal.ZERO : cost);
  }

  private static long tokens(JsonNode row, String name) {
    return Math.max(0, row.path(name).asLong(0));
  }

  private static @Nullable BigDecimal cost(JsonNode cost) {
    if (!cost.isNumber()) {
      return null;
    }
    BigDecimal usd = cost.decimalValue();
    return usd.signum() < 0 || usd.compareTo(MAX_USD) > 0 ? null : usd;
  }

  private static UsageRecord sum(UsageRecord one, UsageRecord other) {
    return new UsageRecord(
        one.day(),
        one.provider(),
        one.model(),
        one.calls() + other.calls(),
        one.unpricedCalls() + other.unpricedCalls(),
        one.inputTokens() + other.inputTokens(),
        one.outputTokens() + other.outputTokens(),
        one.cacheReadTokens() + other.cacheReadTokens(),
        one.cacheWriteTokens() + other.cacheWriteTokens(),
        one.costUsd().add(other.costUsd()));
  }
}
