package dev.agentworkflows.store;

import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls as rows: the statements over {@code call} and the tables that hang on it, and what they
 * carry.
 */
final class CallTable {
  /** A run's calls are numbered from its number shifted by this. */
  private static final int INDEX_BITS = 32;

  /** Paths can't hold it, so it stands between them. */
  private static final String NUL = "\0";

  private static final String SELECT =
      """
      SELECT run.id, call.call_index, label, phase, call.status, cache_status, call_key, occurrence,
        key_parts_json, call.provider, call.model, agent_type, isolation, mutating, worktree_path,
        worktree_branch,
        (SELECT group_concat(path, char(0) ORDER BY position) FROM changed_file
          WHERE call_no = call.no),
        schema_hash, validation_status, validation_errors_json, validation_attempts, input_tokens,
        output_tokens, cache_read_tokens, cache_write_tokens, estimated_cost_nano_usd, attempts,
        queue_ms, duration_ms, error, (SELECT id FROM run WHERE no = answered_by >> 32),
        answered_by & 4294967295, call.created_at, call.completed_at
      """;

  static final String OF_RUN =
      SELECT
          + """
          FROM run, call
          WHERE run.id = ? AND call.no BETWEEN run.no << 32 AND (run.no << 32) + 4294967295
          ORDER BY call.no
          """;

  static final String BY_ID =
      SELECT
          + """
          FROM run, call WHERE run.id = ? AND call.no = (run.no << 32) + ?
          """;

  static final String TEXTS =
      """
      SELECT body, text, value_json, error
      FROM run, call
        JOIN prompt ON prompt.call_no = coalesce(answered_by, call.no)
        LEFT JOIN answer ON answer.call_no = coalesce(answered_by, call.no)
      WHERE run.id = ? AND call.no = (run.no << 32) + ?
      """;

  static final String REMEMBERED =
      """
      SELECT run.id, call.call_index, call.model, text, value_json, validation_status
      FROM remembered
        JOIN call ON call.no = remembered.call_no
        JOIN run ON run.no = remembered.call_no >> 32
        LEFT JOIN answer ON answer.call_no = remembered.call_no
      WHERE remembered.call_key = ? AND remembered.occurrence = ?
      """;

  static final String START =
      """
      INSERT INTO call (no, label, phase, status, cache_status, call_key, occurrence,
        key_parts_json, provider, model, agent_type, isolation, mutating, schema_hash, created_at)
      VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  static final String ADD_PROMPT = "INSERT INTO prompt (call_no, body) VALUES (?, ?)";

  static final String END =
      """
      UPDATE call SET status = ?, model = coalesce(?, model), worktree_path = ?,
        worktree_branch = ?, validation_status = ?, validation_errors_json = ?,
        validation_attempts = ?, input_tokens = ?, output_tokens = ?, cache_read_tokens = ?,
        cache_write_tokens = ?, estimated_cost_nano_usd = ?, attempts = ?, queue_ms = ?,
        duration_ms = ?, error = ?, completed_at = ?
      WHERE no = ?
      """;

  static final String ADD_ANSWER =
      "INSERT OR REPLACE INTO answer (call_no, text, value_json) VALUES (?, ?, ?)";

  static final String ADD_CHANGED_FILE =
      "INSERT OR REPLACE INTO changed_file (call_no, position, path) VALUES (?, ?, ?)";

  static final String REMEMBER =
      """
      INSERT OR REPLACE INTO remembered (call_key, occurrence, call_no)
      SELECT call_key, occurrence, no FROM call WHERE no = ? AND call_key IS NOT NULL
      """;

  static final String ADD_HIT =
      """
      INSERT INTO call (no, label, phase, status, cache_status, call_key, occurrence,
        key_parts_json, provider, model, agent_type, isolation, mutating, schema_hash,
        validation_status, answered_by, created_at, completed_at)
      VALUES (?, ?, ?, 'done', 'hit', ?, ?, ?, ?, ?, ?, 'none', 0, ?, ?, ?, ?, ?)
      """;

  static final String CANCEL_IN_FLIGHT =
      """
      UPDATE call SET status = 'cancelled', completed_at = ?, error = 'the run was interrupted'
      FROM run
      WHERE run.owner = ? AND run.status = 'running' AND call.status = 'running'
        AND call.no BETWEEN run.no << 32 AND (run.no << 32) + 4294967295
      """;

  /** A run that is over has no call in flight, whatever became of that call's own end. */
  static final String CANCEL_LEFT_OVER =
      """
      UPDATE call SET status = 'cancelled', completed_at = ?,
        error = 'the run ended, and how this call ended could not be stored'
      WHERE status = 'running' AND no BETWEEN ? << 32 AND (? << 32) + 4294967295
      """;

  private CallTable() {}

  static long number(long runNumber, int index) {
    return runNumber << INDEX_BITS | index;
  }

  /**
   * @param prompt the call's prompt as generalized UTF-8
   */
  static void start(WriteSession session, CallStart start, byte[] prompt) throws SQLException {
    long number = newNumber(session, start.id(), start.runId(), start.callIndex());
    session
        .statement(START)
        .number(number)
        .text(start.label())
        .text(start.phase())
        .text(start.cacheStatus().label())
        .blob(start.callKey() == null ? null : key(start.callKey()))
        .number(start.occurrence())
        .text(start.keyPartsJson())
        .text(start.provider())
        .text(start.model())
        .text(start.agentType())
        .text(start.isolation())
        .flag(start.mutating())
        .text(start.schemaHash())
        .time(start.createdAt())
        .update();
    session.statement(ADD_PROMPT).number(number).blob(prompt).update();
  }

  /**
   * @param text the answer as generalized UTF-8
   * @param valueJson the same for the validated answer
   */
  static void end(
      WriteSession session, CallEnd end, byte @Nullable [] text, byte @Nullable [] valueJson)
      throws SQLException {
    long number = session.callNumber(CallId.require(end.id()));
    if (writeEnd(session, end, number) == 0) {
      throw new StoreException("There is no call \"" + end.id() + "\" in the database.");
    }
    if (text != null || valueJson != null) {
      session.statement(ADD_ANSWER).number(number).blob(text).blob(valueJson).update();
    }
    int position = 0;
    for (String path : end.changedFiles()) {
      session.statement(ADD_CHANGED_FILE).number(number).number(++position).text(path).update();
    }
    if (end.remember()) {
      session.statement(REMEMBER).number(number).update();
    }
  }

  private static int writeEnd(WriteSession session, CallEnd end, long number) throws SQLException {
    return session
        .statement(END)
        .text(end.status().label())
        .text(end.model())
        .text(end.worktreePath())
        .text(end.worktreeBranch())
        .text(end.validationStatus())
        .text(end.validationErrorsJson())
        .number(end.validationAttempts())
        .number(end.inputTokens())
        .number(end.outputTokens())
        .number(end.cacheReadTokens())
        .number(end.cacheWriteTokens())
        .usd(end.estimatedCostUsd())
        .number(end.attempts())
        .number(end.queueMs())
        .number(end.durationMs())
        .text(end.error())
        .time(end.completedAt())
        .number(number)
        .update();
  }

  static void addHit(WriteSession session, CallHit hit) throws SQLException {
    session
        .statement(ADD_HIT)
        .number(newNumber(session, hit.id(), hit.runId(), hit.callIndex()))
        .text(hit.label())
        .text(hit.phase())
        .blob(key(hit.callKey()))
        .number(hit.occurrence())
        .text(hit.keyPartsJson())
        .text(hit.provider())
        .text(hit.model())
        .text(hit.agentType())
        .text(hit.schemaHash())
        .text(hit.validationStatus())
        .number(session.callNumber(CallId.require(hit.answeredBy())))
        .time(hit.at())
        .time(hit.at())
        .update();
  }

  static CallRecord read(Row row) throws SQLException {
    String runId = row.text();
    int index = row.integer();
    return new CallRecord(
        new CallId(runId, index).text(),
        runId,
        index,
        row.textOrNull(),
        row.textOrNull(),
        CallStatus.ofLabel(row.text()),
        CacheStatus.ofLabel(row.text()),
        hexOrNull(row.blobOrNull()),
        row.integer(),
        row.textOrNull(),
        row.text(),
        row.textOrNull(),
        row.textOrNull(),
        row.text(),
        row.flag(),
        row.textOrNull(),
        row.textOrNull(),
        paths(row.textOrNull()),
        row.textOrNull(),
        row.textOrNull(),
        row.textOrNull(),
        row.integer(),
        row.numberOrNull(),
        row.numberOrNull(),
        row.numberOrNull(),
        row.numberOrNull(),
        row.usdOrNull(),
        row.integer(),
        row.number(),
        row.number(),
        row.textOrNull(),
        callIdOrNull(row.textOrNull(), row.integer()),
        row.time(),
        row.timeOrNull());
  }

  static CallTexts readTexts(Row row) throws SQLException {
    return new CallTexts(row.text(), row.textOrNull(), row.textOrNull(), row.textOrNull());
  }

  static RememberedResult readRemembered(Row row) throws SQLException {
    return new RememberedResult(
        new CallId(row.text(), row.integer()).text(),
        row.textOrNull(),
        row.textOrNull(),
        row.textOrNull(),
        row.textOrNull());
  }

  /** A call key's bytes. */
  static byte[] key(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static @Nullable String hexOrNull(byte @Nullable [] key) {
    return key == null ? null : HexFormat.of().formatHex(key);
  }

  private static List<String> paths(@Nullable String joined) {
    return joined == null ? List.of() : List.of(joined.split(NUL, -1));
  }

  private static @Nullable String callIdOrNull(@Nullable String runId, int index) {
    return runId == null ? null : new CallId(runId, index).text();
  }

  private static long newNumber(WriteSession session, String id, String runId, int index)
      throws SQLException {
    CallId parsed = CallId.require(id);
    if (!parsed.runId().equals(runId) || parsed.index() != index) {
      throw new StoreException(
          "Call id \"" + id + "\" does not belong to call " + index + " of run \"" + runId + "\".");
    }
    return session.callNumber(parsed);
  }
}
