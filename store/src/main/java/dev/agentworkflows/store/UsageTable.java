package dev.agentworkflows.store;

import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was paid, as rows: kept beside the calls, so that no look at it has to walk them. The
 * schema's triggers count each call when its end is written.
 */
final class UsageTable {
  static final String ADD =
      """
      INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (day, provider, model) DO UPDATE SET
        calls = calls + excluded.calls,
        unpriced_calls = unpriced_calls + excluded.unpriced_calls,
        input_tokens = input_tokens + excluded.input_tokens,
        output_tokens = output_tokens + excluded.output_tokens,
        cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
        cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
        cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd
      """;

  static final String ADD_RUN =
      """
      INSERT INTO started_runs VALUES (? / 86400000000, 1)
      ON CONFLICT (day) DO UPDATE SET runs = runs + 1
      """;

  static final String BILL_BATCH =
      "INSERT INTO billed_batch VALUES (?, ?) ON CONFLICT (id) DO NOTHING";

  static final String ALL =
      """
      SELECT day, provider, model, calls, unpriced_calls, input_tokens, output_tokens,
        cache_read_tokens, cache_write_tokens, cost_nano_usd
      FROM usage WHERE calls <> 0 ORDER BY day, provider, model
      """;

  static final String RUNS = "SELECT day, runs FROM started_runs ORDER BY day";

  /** How many runs were started on a day. */
  record StartedRuns(LocalDate day, long runs) {
    static StartedRuns read(Row row) throws SQLException {
      return new StartedRuns(LocalDate.ofEpochDay(row.number("day")), row.number("runs"));
    }
  }

  private UsageTable() {}

  static void addRun(WriteSession session, Instant createdAt) throws SQLException {
    session.statement(ADD_RUN).time(createdAt).update();
  }

  /** Whether the batch is counted now, and was not before. */
  static boolean bill(WriteSession session, String batchId, Instant at, List<UsageRecord> usage)
      throws SQLException {
    if (session.statement(BILL_BATCH).text(batchId).time(at).update() == 0) {
      return false;
    }
    for (UsageRecord record : usage) {
      add(session, record);
    }
    return true;
  }

  private static void add(WriteSession session, UsageRecord usage) throws SQLException {
    session
        .statement(ADD)
        .number(usage.day().toEpochDay())
        .text(usage.provider())
        .text(usage.model() == null ? "" : usage.model())
        .number(usage.calls())
        .number(usage.unpricedCalls())
        .number(usage.inputTokens())
        .number(usage.outputTokens())
        .number(usage.cacheReadTokens())
        .number(usage.cacheWriteTokens())
        .usd(usage.costUsd())
        .update();
  }

  static UsageRecord read(Row row) throws SQLException {
    return new UsageRecord(
        LocalDate.ofEpochDay(row.number("day")),
        row.text("provider"),
        nullIfEmpty(row.text("model")),
        row.number("calls"),
        row.number("unpriced_calls"),
        row.number("input_tokens"),
        row.number("output_tokens"),
        row.number("cache_read_tokens"),
        row.number("cache_write_tokens"),
        row.usd("cost_nano_usd"));
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }
}
