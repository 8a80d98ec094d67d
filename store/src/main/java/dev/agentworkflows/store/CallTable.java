package dev.agentworkflows.store;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
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
      SELECT run.id AS run_id, call.call_index AS call_index, label, phase, call.status AS status,
        cache_status, call_key, occurrence, key_parts_json, call.provider AS provider,
        call.model AS model, agent_type, isolation, mutating, worktree_path, worktree_branch,
        (SELECT group_concat(path, char(0) ORDER BY position) FROM changed_file
          WHERE call_no = call.no) AS changed_files,
        schema_hash, validation_status, validation_errors_json, validation_attempts, input_tokens,
        output_tokens, cache_read_tokens, cache_write_tokens, estimated_cost_nano_usd, attempts,
        queue_ms, duration_ms, error,
        (SELECT id FROM run WHERE no = answered_by >> 32) AS answered_by_run,
        answered_by & 4294967295 AS answered_by_index,
        call.created_at AS created_at, call.completed_at AS completed_at,
        CASE call.status WHEN 'running' THEN waiting_for END AS waiting_for,
        waiting_since, waiting_until, tried_json,
        (SELECT id FROM run WHERE no = continues >> 32) AS continues_run,
        continues & 4294967295 AS continues_index
      """;

  static final String OF_RUN =
      SELECT
          + """
          FROM run, call
          WHERE run.id = ? AND call.no BETWEEN run.no << 32 AND (run.no << 32) + 4294967295
          ORDER BY call.no
          """;

  static final String PAGE =
      SELECT
          + """
          FROM run, call
          WHERE run.id = ?
            AND call.no > (run.no << 32) + ? AND call.no <= (run.no << 32) + 4294967295
          ORDER BY call.no LIMIT ?
          """;

  /** A column for each status, of its name: grouping would sort all calls. */
  static final String COUNTS =
      Arrays.stream(CallStatus.values())
          .map(status ->
              "count(*) FILTER (WHERE call.status = '" + status.label() + "') AS " + status.label())
          .collect(
              Collectors.joining(
                  ", ",
                  "SELECT ",
                  """
                   FROM run, call
                  WHERE run.id = ?
                    AND call.no BETWEEN run.no << 32 AND (run.no << 32) + 4294967295
                  """));

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

  /**
   * What may stand in for a call, and what its own run tree has paid for. Samples without a place
   * are those of shims that know no places: they are found by their number alone. A row whose texts
   * are gone is no answer.
   */
  static final String REMEMBERED =
      """
      SELECT remembered.occurrence AS number, remembered.call_no AS call_no,
        coalesce(run.parent_run_id, run.id) = ? AS of_same_tree, run.id AS run_id,
        call.call_index AS call_index, call.provider AS provider, call.model AS model, text,
        value_json, validation_status
      FROM remembered
        JOIN call ON call.no = remembered.call_no
        JOIN run ON run.no = remembered.call_no >> 32
        JOIN answer ON answer.call_no = remembered.call_no
      WHERE remembered.call_key = ? AND remembered.occurrence > ?
        AND (remembered.occurrence = ? OR ? AND call.place IS NOT NULL)
      ORDER BY remembered.occurrence
      LIMIT ?
      """;

  /**
   * Whether {@link #REMEMBERED} may find anything: of one column, for most calls have no answer.
   */
  static final String IS_REMEMBERED =
      "SELECT 1 FROM remembered WHERE call_key = ? AND occurrence > ? LIMIT 1";

  static final String ANSWER =
      """
      SELECT run.id AS run_id, call.call_index AS call_index, call.provider AS provider,
        call.model AS model, text, value_json, validation_status
      FROM call
        JOIN run ON run.no = call.no >> 32
        JOIN answer ON answer.call_no = call.no
      WHERE call.no = ? AND call.call_key = ?
      """;

  static final String PLACED =
      """
      SELECT place, substr(call_key, 1, 8) AS key_start,
        CASE WHEN reusable THEN coalesce(answered_by, call.no) ELSE 0 END AS answer
      FROM run JOIN call ON call.no BETWEEN run.no << 32 AND (run.no << 32) + 4294967295
      WHERE run.id = ? AND place IS NOT NULL AND call_key IS NOT NULL
      ORDER BY call.no
      """;

  /** In place of the row that it had while it waited for what its key depends on. */
  private static final String OF_WAITING =
      """
      WHERE call.status = 'running' AND call.call_key IS NULL AND NOT call.mutating
      """;

  static final String START =
      """
      INSERT INTO call (no, label, phase, status, cache_status, call_key, occurrence,
        place, key_parts_json, provider, model, agent_type, isolation, mutating, schema_hash,
        created_at, continues)
      VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (no) DO UPDATE SET cache_status = excluded.cache_status,
        call_key = excluded.call_key, occurrence = excluded.occurrence,
        key_parts_json = excluded.key_parts_json, waiting_for = NULL
      """
          + OF_WAITING;

  static final String ADD_PROMPT = "INSERT OR REPLACE INTO prompt (call_no, body) VALUES (?, ?)";

  private static final String ENDED =
      """
      UPDATE call SET status = ?, model = coalesce(?, model), validation_status = ?,
        validation_errors_json = ?, validation_attempts = ?, input_tokens = ?, output_tokens = ?,
        cache_read_tokens = ?, cache_write_tokens = ?, estimated_cost_nano_usd = ?, attempts = ?,
        queue_ms = ?, duration_ms = ?, error = ?, reusable = ?, completed_at = ?
      """;

  /** What is written of its worktree stays as it is. */
  static final String ANSWERED = ENDED + " WHERE no = ?";

  static final String END = ENDED + ", worktree_path = ?, worktree_branch = ? WHERE no = ?";

  static final String ADD_ANSWER =
      """
      INSERT INTO answer
        (call_no, text, value_json, session_id, session_directory, session_once)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (call_no) DO UPDATE SET text = excluded.text, value_json = excluded.value_json
      """;

  /** What was remembered of a call before its end was known. */
  static final String FORGET =
      """
      DELETE FROM remembered
      WHERE call_key = (SELECT call_key FROM call WHERE no = ? AND reusable) AND call_no = ?
      """;

  static final String ADD_CHANGED_FILE =
      "INSERT OR REPLACE INTO changed_file (call_no, position, path) VALUES (?, ?, ?)";

  /** Another sample of its key; of a shim that knows no places, the one with its number. */
  static final String REMEMBER =
      """
      INSERT OR REPLACE INTO remembered (call_key, occurrence, call_no)
      SELECT call_key,
        iif(place IS NULL, occurrence, 1 + coalesce(
          (SELECT max(occurrence) FROM remembered WHERE call_key = call.call_key), 0)), no
      FROM call WHERE no = ? AND call_key IS NOT NULL AND NOT reusable
      """;

  /** In place of the sample with its number. */
  static final String REPLACE =
      """
      INSERT OR REPLACE INTO remembered (call_key, occurrence, call_no)
      SELECT call_key, occurrence, no FROM call WHERE no = ? AND call_key IS NOT NULL
      """;

  static final String ADD_HIT =
      """
      INSERT INTO call (no, label, phase, status, cache_status, call_key, occurrence,
        place, key_parts_json, provider, model, agent_type, isolation, mutating, schema_hash,
        validation_status, answered_by, reusable, created_at, completed_at, continues)
      VALUES (?, ?, ?, 'done', 'hit', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)
      ON CONFLICT (no) DO NOTHING
      """;

  static final String HIT_AFTER_WAITING =
      """
      UPDATE call SET status = 'done', cache_status = 'hit', call_key = ?, occurrence = ?,
        key_parts_json = ?, provider = ?, model = ?, validation_status = ?, answered_by = ?,
        reusable = 1, completed_at = ?, waiting_for = NULL
      """
          + OF_WAITING
          + " AND no = ?";

  /** A hit has the texts of the call that answered it. */
  static final String REMOVE_PROMPT = "DELETE FROM prompt WHERE call_no = ?";

  /** By the clock of another process, which may be behind that of the one that is gone. */
  static final String CANCEL_IN_FLIGHT =
      """
      UPDATE call SET status = 'cancelled', completed_at = max(?, call.created_at),
        attempts = attempts,
        error = 'the run was interrupted' || CASE attempts WHEN 0 THEN '' ELSE
          '; its provider may have gone on with this call, which is counted by an estimate' END
      FROM run
      WHERE run.owner = ? AND run.status = 'running' AND call.status = 'running'
        AND call.no BETWEEN run.no << 32 AND (run.no << 32) + 4294967295
      """;

  /** Nothing of it is counted in the table usage before the call's end. */
  static final String SENT =
      """
      UPDATE call SET attempts = ?, input_tokens = ?, output_tokens = ?,
        estimated_cost_nano_usd = ?, waiting_for = NULL
      WHERE no = ? AND status = 'running'
      """;

  /** Nothing of a call that has gone out since. */
  static final String WAITING =
      """
      UPDATE call SET waiting_for = ?, waiting_since = ?, waiting_until = ?
      WHERE no = ? AND status = 'running' AND attempts <= ?
      """;

  static final String TRIED =
      """
      UPDATE call SET provider = ?, model = ?, tried_json = ?
      WHERE no = ? AND status = 'running'
      """;

  /** A run that is over has no call in flight, whatever became of that call's own end. */
  static final String CANCEL_LEFT_OVER =
      """
      UPDATE call SET status = 'cancelled', completed_at = max(?, created_at), attempts = attempts,
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
    CallIdentity identity = start.identity();
    CacheUse cache = start.cache();
    AskedCall asked = start.asked();
    long number = newNumber(session, identity);
    int written =
        session
            .statement(START)
            .number(number)
            .text(identity.label())
            .text(identity.phase())
            .text(cache.status().label())
            .blob(cache.key() == null ? null : key(cache.key()))
            .number(cache.occurrence())
            .number(placeOrNull(start.place()))
            .text(cache.keyPartsJson())
            .text(asked.provider())
            .text(asked.model())
            .text(asked.agentType())
            .text(asked.isolation().label())
            .flag(asked.mutating())
            .text(asked.schemaHash())
            .time(start.createdAt())
            .number(numberOrNull(session, asked.continues()))
            .update();
    requireNew(written, identity.id());
    session.statement(ADD_PROMPT).number(number).blob(prompt).update();
  }

  static void waiting(WriteSession session, String callId, int attempts, CallWait wait)
      throws SQLException {
    session
        .statement(WAITING)
        .text(wait.reason())
        .time(wait.since())
        .time(wait.until())
        .number(session.callNumber(CallId.require(callId)))
        .number(attempts)
        .update();
  }

  static void tried(WriteSession session, CallTried tried) throws SQLException {
    session
        .statement(TRIED)
        .text(tried.provider())
        .text(tried.model())
        .text(tried.triedJson())
        .number(session.callNumber(CallId.require(tried.callId())))
        .update();
  }

  static void sent(WriteSession session, CallSent sent) throws SQLException {
    session
        .statement(SENT)
        .number(sent.attempts())
        .number(sent.inputTokens())
        .number(sent.outputTokens())
        .usd(sent.costUsd())
        .number(session.callNumber(CallId.require(sent.callId())))
        .update();
  }

  /**
   * Before it is known what stays of the call's worktree.
   *
   * @param text the answer as generalized UTF-8
   * @param valueJson the same for the validated answer
   */
  static void answer(
      WriteSession session,
      CallCompletionRow answered,
      byte @Nullable [] text,
      byte @Nullable [] valueJson)
      throws SQLException {
    long number = session.callNumber(CallId.require(answered.id()));
    remember(session, answered, number);
    ended(session.statement(ANSWERED), answered).number(number).update();
    addAnswer(session, answered, number, text, valueJson);
  }

  /**
   * @param text the answer as generalized UTF-8
   * @param valueJson the same for the validated answer
   */
  static void end(
      WriteSession session,
      CallCompletionRow end,
      byte @Nullable [] text,
      byte @Nullable [] valueJson)
      throws SQLException {
    long number = session.callNumber(CallId.require(end.id()));
    remember(session, end, number);
    int written =
        ended(session.statement(END), end)
            .text(end.worktree().path())
            .text(end.worktree().branch())
            .number(number)
            .update();
    if (written == 0) {
      throw new StoreException("There is no call \"" + end.id() + "\" in the database.");
    }
    addAnswer(session, end, number, text, valueJson);
    int position = 0;
    for (String path : end.worktree().changedFiles()) {
      session.statement(ADD_CHANGED_FILE).number(number).number(++position).text(path).update();
    }
  }

  private static void remember(WriteSession session, CallCompletionRow end, long number)
      throws SQLException {
    switch (end.remember()) {
      case ADD -> session.statement(REMEMBER).number(number).update();
      case REPLACE -> session.statement(REPLACE).number(number).update();
      case NO -> {
        if (end.status() == CallStatus.DONE) {
          session.statement(FORGET).number(number).number(number).update();
        }
      }
    }
  }

  private static void addAnswer(
      WriteSession session,
      CallCompletionRow end,
      long number,
      byte @Nullable [] text,
      byte @Nullable [] valueJson)
      throws SQLException {
    if (text == null && valueJson == null) {
      return;
    }
    AnswerSession kept = end.session();
    session
        .statement(ADD_ANSWER)
        .number(number)
        .blob(text)
        .blob(valueJson)
        .text(kept == null ? null : kept.id())
        .text(kept == null ? null : kept.directory())
        .flag(kept != null && kept.once())
        .update();
  }

  private static Parameters ended(Parameters statement, CallCompletionRow end) throws SQLException {
    CallValidation validation = end.validation();
    CallUsage usage = end.usage();
    CallAttempts attempts = end.attempts();
    return statement
        .text(end.status().label())
        .text(end.model())
        .text(label(validation.status()))
        .text(validation.errorsJson())
        .number(validation.attempts())
        .number(usage.inputTokens())
        .number(usage.outputTokens())
        .number(usage.cacheReadTokens())
        .number(usage.cacheWriteTokens())
        .usd(usage.estimatedCostUsd())
        .number(attempts.count())
        .number(attempts.queueMs())
        .number(attempts.durationMs())
        .text(end.error())
        .flag(end.remember() != CallCompletionRow.Remember.NO)
        .time(end.completedAt());
  }

  static void addHit(WriteSession session, CallHit hit) throws SQLException {
    CallIdentity identity = hit.identity();
    AskedCall asked = hit.asked();
    long number = newNumber(session, identity);
    long answeredBy = session.callNumber(CallId.require(hit.answeredBy()));
    int written =
        session
            .statement(ADD_HIT)
            .number(number)
            .text(identity.label())
            .text(identity.phase())
            .blob(key(hit.callKey()))
            .number(hit.occurrence())
            .number(placeOrNull(hit.place()))
            .text(hit.keyPartsJson())
            .text(asked.provider())
            .text(asked.model())
            .text(asked.agentType())
            .text(asked.isolation().label())
            .flag(asked.mutating())
            .text(asked.schemaHash())
            .text(label(hit.validationStatus()))
            .number(answeredBy)
            .time(hit.createdAt())
            .time(hit.completedAt())
            .number(numberOrNull(session, asked.continues()))
            .update();
    if (written == 0) {
      hitAfterWaiting(session, hit, number, answeredBy);
    }
  }

  private static void hitAfterWaiting(
      WriteSession session, CallHit hit, long number, long answeredBy) throws SQLException {
    int written =
        session
            .statement(HIT_AFTER_WAITING)
            .blob(key(hit.callKey()))
            .number(hit.occurrence())
            .text(hit.keyPartsJson())
            .text(hit.asked().provider())
            .text(hit.asked().model())
            .text(label(hit.validationStatus()))
            .number(answeredBy)
            .time(hit.completedAt())
            .number(number)
            .update();
    requireNew(written, hit.identity().id());
    session.statement(REMOVE_PROMPT).number(number).update();
  }

  private static void requireNew(int written, String id) {
    if (written == 0) {
      throw new StoreException("There is a call \"" + id + "\" in the database already.");
    }
  }

  static CallRecord read(Row row) throws SQLException {
    String id = row.callId("run_id", "call_index");
    return new CallRecord(
        new CallIdentity(
            id,
            row.runId("run_id"),
            row.integer("call_index"),
            row.textOrNull("label"),
            row.textOrNull("phase")),
        CallStatus.ofLabel(row.text("status")),
        row.textOrNull("error"),
        new CacheUse(
            CacheStatus.ofLabel(row.text("cache_status")),
            hexOrNull(row.blobOrNull("call_key")),
            row.integer("occurrence"),
            row.textOrNull("key_parts_json")),
        new AskedCall(
            row.text("provider"),
            row.textOrNull("model"),
            row.textOrNull("agent_type"),
            isolation(row.text("isolation")),
            row.flag("mutating"),
            row.textOrNull("schema_hash"),
            row.callIdOrNull("continues_run", "continues_index")),
        new KeptWorktree(
            row.worktreeOrNull("worktree_path", id),
            row.gitNameOrNull("worktree_branch"),
            paths(row.textOrNull("changed_files"))),
        new CallValidation(
            validation(row.textOrNull("validation_status")),
            row.textOrNull("validation_errors_json"),
            row.integer("validation_attempts")),
        new CallUsage(
            row.numberOrNull("input_tokens"),
            row.numberOrNull("output_tokens"),
            row.numberOrNull("cache_read_tokens"),
            row.numberOrNull("cache_write_tokens"),
            row.usdOrNull("estimated_cost_nano_usd")),
        new CallAttempts(
            row.integer("attempts"), row.number("queue_ms"), row.number("duration_ms")),
        row.callIdOrNull("answered_by_run", "answered_by_index"),
        row.time("created_at"),
        row.timeOrNull("completed_at"),
        new CallProgress(waitOrNull(row), row.textOrNull("tried_json")));
  }

  private static Isolation isolation(String label) {
    return Isolation.ofLabel(label)
        .orElseThrow(() -> new IllegalArgumentException("isolation is '" + label + "'"));
  }

  private static @Nullable ValidationStatus validation(@Nullable String label) {
    return label == null ? null : ValidationStatus.ofLabel(label);
  }

  private static @Nullable String label(@Nullable ValidationStatus status) {
    return status == null ? null : status.label();
  }

  private static @Nullable CallWait waitOrNull(Row row) throws SQLException {
    String reason = row.textOrNull("waiting_for");
    Instant since = row.timeOrNull("waiting_since");
    return reason == null || since == null
        ? null
        : new CallWait(reason, since, row.timeOrNull("waiting_until"));
  }

  static CallTexts readTexts(Row row) throws SQLException {
    return new CallTexts(
        row.text("body"),
        row.textOrNull("text"),
        row.textOrNull("value_json"),
        row.textOrNull("error"));
  }

  static RememberedResult readRemembered(Row row) throws SQLException {
    return new RememberedResult(
        row.callId("run_id", "call_index"),
        row.text("provider"),
        row.textOrNull("model"),
        row.textOrNull("text"),
        row.textOrNull("value_json"),
        validation(row.textOrNull("validation_status")));
  }

  static RememberedSample readSample(Row row) throws SQLException {
    return new RememberedSample(
        row.integer("number"),
        row.number("call_no"),
        row.flag("of_same_tree"),
        readRemembered(row));
  }

  static PlacedCall readPlaced(Row row) throws SQLException {
    return new PlacedCall(row.number("place"), keyStart(row), row.number("answer"));
  }

  private static long keyStart(Row row) throws SQLException {
    byte[] start = row.blobOrNull("key_start");
    return start == null ? 0 : ByteBuffer.wrap(start).getLong();
  }

  private static @Nullable Long placeOrNull(long place) {
    return place == 0 ? null : (Long) place;
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

  private static @Nullable Long numberOrNull(WriteSession session, @Nullable String id)
      throws SQLException {
    return id == null ? null : (Long) session.callNumber(CallId.require(id));
  }

  private static long newNumber(WriteSession session, CallIdentity call) throws SQLException {
    CallId parsed = CallId.require(call.id());
    if (!parsed.runId().equals(call.runId()) || parsed.index() != call.index()) {
      throw new StoreException(
          "Call id \""
              + call.id()
              + "\" does not belong to call "
              + call.index()
              + " of run \""
              + call.runId()
              + "\".");
    }
    return session.callNumber(parsed);
  }
}
