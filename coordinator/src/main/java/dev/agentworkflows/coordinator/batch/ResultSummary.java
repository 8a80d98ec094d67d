package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a file of results comes to.
 *
 * @param counts how many results have which status
 * @param costUsd null when that of no result is known
 */
public record ResultSummary(
    Map<String, Integer> counts,
    long inputTokens,
    long outputTokens,
    long cacheReadTokens,
    @Nullable BigDecimal costUsd) {

  static ResultSummary of(Path results) throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    long input = 0;
    long output = 0;
    long cached = 0;
    BigDecimal cost = null;
    try (BufferedReader lines = Files.newBufferedReader(results, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode row = Json.read(line);
        counts.merge(row.path("status").asString("?"), 1, Integer::sum);
        input += row.path("input_tokens").asLong(0);
        output += row.path("output_tokens").asLong(0);
        cached += row.path("cache_read_tokens").asLong(0);
        if (row.path("cost_usd").isNumber()) {
          BigDecimal one = row.path("cost_usd").decimalValue();
          cost = cost == null ? one : cost.add(one);
        }
      }
    }
    return new ResultSummary(counts, input, output, cached, cost);
  }

  /** Whether any question has an answer. */
  public boolean anyDone() {
    return counts.containsKey("done");
  }
}
