package dev.agentworkflows.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Takes runs out of the database with all that hangs on them. */
final class RunRemoval {
  /**
   * Every pair of runs of which one's calls were answered from the other's, or go on in its
   * conversations; walks all calls.
   */
  static final String ANSWERING =
      """
      SELECT giver.id AS giver, taker.id AS taker
      FROM (SELECT DISTINCT answered_by >> 32 AS giver_no, no >> 32 AS taker_no
          FROM call WHERE answered_by IS NOT NULL
        UNION SELECT continues >> 32, no >> 32 FROM call WHERE continues IS NOT NULL) pair
        JOIN run giver ON giver.no = pair.giver_no
        JOIN run taker ON taker.no = pair.taker_no
      WHERE giver.no <> taker.no
      """;

  private static final String IN_RUN = " BETWEEN ? << 32 AND (? << 32) + 4294967295";

  private static final List<String> DELETIONS =
      List.of(
          """
          DELETE FROM remembered WHERE call_key IN
            (SELECT call_key FROM call WHERE call_key IS NOT NULL AND no
          """
              + IN_RUN
              + ") AND call_no"
              + IN_RUN,
          "DELETE FROM prompt WHERE call_no" + IN_RUN,
          "DELETE FROM answer WHERE call_no" + IN_RUN,
          "DELETE FROM changed_file WHERE call_no" + IN_RUN,
          "DELETE FROM worktree WHERE call_no" + IN_RUN,
          "DELETE FROM worktree_use WHERE call_no" + IN_RUN,
          "DELETE FROM worktree_use_file WHERE call_no" + IN_RUN,
          "DELETE FROM event WHERE no" + IN_RUN,
          "DELETE FROM approval WHERE no" + IN_RUN,
          "DELETE FROM call WHERE no" + IN_RUN,
          // Earlier versions listed a run's files there.
          "DELETE FROM artifact WHERE run_no = ?",
          "DELETE FROM run_result WHERE run_no = ?",
          "DELETE FROM run WHERE no = ?");

  /** A run whose answers stand in for calls of another. */
  record Answering(String giver, String taker) {
    static Answering read(Row row) throws SQLException {
      return new Answering(row.runId("giver"), row.runId("taker"));
    }
  }

  static final String BEGUN_SINCE =
      "SELECT EXISTS (SELECT 1 FROM run WHERE created_at > ?)"
          + " OR EXISTS (SELECT 1 FROM run WHERE status = 'running')";

  private RunRemoval() {}

  /** Whether it was removed: see {@link RunWriter#removeRun}. */
  static boolean remove(WriteSession session, String runId, Instant since) throws SQLException {
    if (hasBegun(session, since)) {
      return false;
    }
    long number = session.runNumber(runId);
    for (String deletion : DELETIONS) {
      Parameters parameters = session.statement(deletion);
      for (long i = deletion.chars().filter(c -> c == '?').count(); i > 0; i--) {
        parameters.number(number);
      }
      parameters.update();
    }
    session.forgetRun(runId);
    return true;
  }

  private static boolean hasBegun(WriteSession session, Instant since) throws SQLException {
    try (ResultSet rows = session.statement(BEGUN_SINCE).time(since).query()) {
      return rows.next() && rows.getBoolean(1);
    }
  }
}
