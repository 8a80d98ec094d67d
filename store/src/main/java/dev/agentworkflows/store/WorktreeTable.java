package dev.agentworkflows.store;

import java.sql.SQLException;
import java.time.Instant;

/** Worktrees as rows: the statements over {@code worktree}, and what they carry. */
final class WorktreeTable {
  private static final String SELECT =
      """
      SELECT run.id, worktree.call_no & 4294967295, repository, path, branch, base_commit, standing,
        applied_at, applied_digest
      FROM worktree JOIN run ON run.no = worktree.call_no >> 32
      """;

  static final String BY_CALL =
      """
      SELECT run.id, worktree.call_no & 4294967295, repository, path, branch, base_commit, standing,
        applied_at, applied_digest
      FROM run JOIN worktree ON worktree.call_no = (run.no << 32) + ?
      WHERE run.id = ?
      """;

  static final String STANDING = SELECT + " WHERE standing = 1 ORDER BY worktree.call_no";

  static final String ADD =
      """
      INSERT INTO worktree (call_no, repository, path, branch, base_commit) VALUES (?, ?, ?, ?, ?)
      """;

  /** Until the call ends, this is where its work is: also when nobody lives to write its end. */
  static final String TELL_CALL =
      "UPDATE call SET worktree_path = ?, worktree_branch = ? WHERE no = ?";

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
    String call = row.callId();
    return new WorktreeRecord(
        call,
        row.gitName(),
        row.requiredWorktree(call),
        row.gitName(),
        row.commit(),
        row.flag(),
        row.timeOrNull(),
        row.textOrNull());
  }
}
