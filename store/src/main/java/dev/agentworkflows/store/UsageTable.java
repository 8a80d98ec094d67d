package dev.agentworkflows.store;

import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was paid, as rows: kept beside the calls, so that no look at it has to walk them. */
final class UsageTable {
  private static final String ADD_UP =
      """
      ON CONFLICT (day, provider, model) DO UPDATE SET
        calls = calls + excluded.calls,
        unpriced_calls = unpriced_calls + excluded.unpriced_calls,
        input_tokens = input_tokens + excluded.input_tokens,
        output_tokens = output_tokens + excluded.output_tokens,
        cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
        cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
        cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd
      """;

  /** Counts a call as it stands, times a factor; one whose provider was never asked counts not. */
  static final String ADD_CALL =
      """
      INSERT INTO usage
      SELECT completed_at / 86400000000, provider, coalesce(model, ''), ?1,
        ?1 * (estimated_cost_nano_usd IS NULL), ?1 * coalesce(input_tokens, 0),
        ?1 * coalesce(output_tokens, 0), ?1 * coalesce(cache_read_tokens, 0),
        ?1 * coalesce(cache_write_tokens, 0), ?1 * coalesce(estimated_cost_nano_usd, 0)
      FROM call
      WHERE no = ?2 AND attempts > 0 AND completed_at IS NOT NULL
      """
          + ADD_UP;

  static final String ADD = "INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\n" + ADD_UP;

  static final String ADD_RUN =
      """
      INSERT INTO started_runs VALUES (? / 86400000000, 1)
      ON CONFLICT (day) DO UPDATE SET runs = runs + 1
      """;

  static final String ALL =
      """
      SELECT day, provider, model, calls, unpriced_calls, input_tokens, output_tokens,
        cache_read_tokens, cache_write_tokens, cost_nano_usd
      FROM usage WHERE calls <> 0 ORDER BY day, provider, model
      """;

  static final String RUNS = "SELECT day, runs FROM started_runs ORDER BY day";

  private UsageTable() {}

  static void addRun(WriteSession session, Instant createdAt) throws SQLException {
    session.statement(ADD_RUN).time(createdAt).update();
  }

  /** Counts what a call was billed. */
  static void addCall(WriteSession session, String callId) throws SQLException {
    addCall(session, callId, 1);
  }

  /** Takes back what {@link #addCall} counted, before a call's end is replaced by another. */
  static void removeCall(WriteSession session, String callId) throws SQLException {
    addCall(session, callId, -1);
  }

  private static void addCall(WriteSession session, String callId, int factor) throws SQLException {
    long number = session.callNumber(CallId.require(callId));
    session.statement(ADD_CALL).number(factor).number(number).update();
  }

  static void add(WriteSession session, UsageRecord usage) throws SQLException {
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
        LocalDate.ofEpochDay(row.number()),
        row.text(),
        nullIfEmpty(row.text()),
        row.number(),
        row.number(),
        row.number(),
        row.number(),
        row.number(),
        row.number(),
        row.usd());
  }

  static Map.Entry<LocalDate, Long> readRuns(Row row) throws SQLException {
    return Map.entry(LocalDate.ofEpochDay(row.number()), row.number());
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }
}
