package dev.agentworkflows.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Worktrees as rows: the statements over {@code worktree}, and what they carry. */
final class WorktreeTable {
  private static final String SELECT =
      """
      SELECT run.id AS run_id, worktree.call_no & 4294967295 AS call_index, repository, branch,
        base_commit, standing, applied_at, applied_digest
      FROM worktree JOIN run ON run.no = worktree.call_no >> 32
      """;

  /** A call works in its own, or in that of another call of its run. */
  static final String BY_CALL =
      """
      SELECT run.id AS run_id, worktree.call_no & 4294967295 AS call_index, repository, branch,
        base_commit, standing, applied_at, applied_digest
      FROM run JOIN worktree ON worktree.call_no = coalesce(
        (SELECT worktree_no FROM worktree_use WHERE call_no = (run.no << 32) + ?1
          AND worktree_no >> 32 = run.no), (run.no << 32) + ?1)
      WHERE run.id = ?2
      """;

  static final String STANDING = SELECT + " WHERE standing = 1 ORDER BY worktree.call_no";

  static final String ADD =
      """
      INSERT INTO worktree (call_no, repository, path, branch, base_commit) VALUES (?, ?, ?, ?, ?)
      """;

  /** Until the call ends, this is where its work is: also when nobody lives to write its end. */
  static final String TELL_CALL =
      "UPDATE call SET worktree_path = ?, worktree_branch = ? WHERE no = ?";

  /** Nobody is told any more that they left work in it. */
  static final String TELL_USERS =
      """
      UPDATE call SET worktree_path = NULL, worktree_branch = NULL
      WHERE no IN (SELECT call_no FROM worktree_use WHERE worktree_no = ?)
      """;

  static final String STAND = "UPDATE worktree SET standing = 1 WHERE call_no = ?";

  static final String ENTER = "INSERT INTO worktree_use (call_no, worktree_no) VALUES (?, ?)";

  static final String LEAVE =
      "INSERT OR REPLACE INTO worktree_use (call_no, worktree_no, left_at) VALUES (?, ?, ?)";

  static final String ADD_FILE =
      """
      INSERT OR REPLACE INTO worktree_use_file (call_no, position, path, state)
      VALUES (?, ?, ?, ?)
      """;

  /** By call, a call's files side by side. */
  static final String USES =
      """
      SELECT run.id AS run_id, worktree_use.call_no & 4294967295 AS call_index, left_at, path, state
      FROM run
        JOIN worktree_use ON worktree_no = (run.no << 32) + :index
          AND worktree_use.call_no >> 32 = run.no
        LEFT JOIN worktree_use_file ON worktree_use_file.call_no = worktree_use.call_no
      WHERE run.id = :run
      ORDER BY worktree_use.call_no, position
      """;

  static final String REMOVE = "UPDATE worktree SET standing = 0 WHERE call_no = ?";

  static final String APPLY =
      "UPDATE worktree SET applied_at = ?, applied_digest = ? WHERE call_no = ?";

  private WorktreeTable() {}

  static void add(WriteSession session, WorktreeRecord worktree) throws SQLException {
    long call = session.callNumber(CallId.require(worktree.callId()));
    session
        .statement(ADD)
        .number(call)
        .text(worktree.repository())
        .text(worktree.path())
        .text(worktree.branch())
        .text(worktree.baseCommit())
        .update();
    session
        .statement(TELL_CALL)
        .text(worktree.path())
        .text(worktree.branch())
        .number(call)
        .update();
  }

  static void remove(WriteSession session, String callId) throws SQLException {
    long call = session.callNumber(CallId.require(callId));
    session.statement(REMOVE).number(call).update();
    session.statement(TELL_CALL).text(null).text(null).number(call).update();
    session.statement(TELL_USERS).number(call).update();
  }

  /**
   * A call is about to work in another's worktree.
   *
   * @param changing it may leave work there, which is told with it
   */
  static void enter(WriteSession session, String callId, WorktreeRecord worktree, boolean changing)
      throws SQLException {
    long call = session.callNumber(CallId.require(callId));
    long owner = session.callNumber(CallId.require(worktree.callId()));
    session.statement(ENTER).number(call).number(owner).update();
    if (changing) {
      session.statement(STAND).number(owner).update();
      for (long each : new long[] {owner, call}) {
        session
            .statement(TELL_CALL)
            .text(worktree.path())
            .text(worktree.branch())
            .number(each)
            .update();
      }
    }
  }

  static void leave(WriteSession session, WorktreeUse use) throws SQLException {
    long call = session.callNumber(CallId.require(use.callId()));
    session
        .statement(LEAVE)
        .number(call)
        .number(session.callNumber(CallId.require(use.worktreeCallId())))
        .time(use.leftAt())
        .update();
    int position = 0;
    for (Map.Entry<String, String> file : use.files().entrySet()) {
      session
          .statement(ADD_FILE)
          .number(call)
          .number(++position)
          .text(file.getKey())
          .text(file.getValue())
          .update();
    }
  }

  /** One row of {@link #USES}: a call, and one of its files if it has any. */
  record UsedFile(
      String callId, @Nullable Instant leftAt, @Nullable String path, @Nullable String state) {

    static UsedFile read(Row row) throws SQLException {
      return new UsedFile(
          row.callId("run_id", "call_index"),
          row.timeOrNull("left_at"),
          row.textOrNull("path"),
          row.textOrNull("state"));
    }
  }

  /** In the order in which they left, then those that never did. */
  static List<WorktreeUse> uses(String worktreeCallId, List<UsedFile> rows) {
    Map<String, UsedFile> calls = new LinkedHashMap<>();
    Map<String, Map<String, String>> files = new HashMap<>();
    for (UsedFile row : rows) {
      calls.putIfAbsent(row.callId(), row);
      Map<String, String> own = files.computeIfAbsent(row.callId(), call -> new LinkedHashMap<>());
      if (row.path() != null && row.state() != null) {
        own.put(row.path(), row.state());
      }
    }
    return calls.values().stream()
        .map(call ->
            new WorktreeUse(
                call.callId(),
                worktreeCallId,
                call.leftAt(),
                files.getOrDefault(call.callId(), Map.of())))
        .sorted(
            Comparator.comparing(
                WorktreeUse::leftAt, Comparator.nullsLast(Comparator.naturalOrder())))
        .toList();
  }

  static void apply(WriteSession session, String callId, String digest, Instant at)
      throws SQLException {
    session
        .statement(APPLY)
        .time(at)
        .text(digest)
        .number(session.callNumber(CallId.require(callId)))
        .update();
  }

  static WorktreeRecord read(Row row) throws SQLException {
    String call = row.callId("run_id", "call_index");
    return new WorktreeRecord(
        call,
        row.gitName("repository"),
        row.worktree(call),
        row.gitName("branch"),
        row.commit("base_commit"),
        row.flag("standing"),
        row.timeOrNull("applied_at"),
        row.textOrNull("applied_digest"));
  }
}
