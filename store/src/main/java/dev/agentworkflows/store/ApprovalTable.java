package dev.agentworkflows.store;

import java.sql.SQLException;

/** Questions to people as rows: the statements over {@code approval}, and what they carry. */
final class ApprovalTable {
  static final String ADD =
      """
      INSERT INTO approval (no, question, label, phase, status, answered_by, asked_at, answered_at,
        place)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  /** The first answer stands, whichever process gave it. */
  static final String ANSWER =
      """
      UPDATE approval SET status = ?, answered_by = ?, answered_at = ?
      WHERE no = ? AND status = 'waiting'
      """;

  static final String OF_RUN =
      """
      SELECT run.id AS run_id, approval.no & 4294967295 AS position, question, label, phase,
        approval.status AS status, answered_by, asked_at, answered_at, coalesce(place, 0) AS place
      FROM run, approval
      WHERE run.id = ? AND approval.no BETWEEN run.no << 32 AND (run.no << 32) + 4294967295
      ORDER BY approval.no
      """;

  /** Without the questions' texts, which may be many and long. */
  static final String ANSWERS_OF_RUN =
      """
      SELECT run.id AS run_id, approval.no & 4294967295 AS position, '' AS question,
        NULL AS label, NULL AS phase, approval.status AS status, answered_by, asked_at,
        answered_at, 0 AS place
      FROM run, approval
      WHERE run.id = ? AND approval.no BETWEEN run.no << 32 AND (run.no << 32) + 4294967295
        AND approval.status <> 'waiting'
      ORDER BY approval.no
      """;

  private ApprovalTable() {}

  static void add(WriteSession session, ApprovalRecord approval) throws SQLException {
    session
        .statement(ADD)
        .number(number(session, approval))
        .text(approval.question())
        .text(approval.label())
        .text(approval.phase())
        .text(approval.status().label())
        .text(approval.answeredBy())
        .time(approval.askedAt())
        .time(approval.answeredAt())
        .number(approval.place() == 0 ? null : (Long) approval.place())
        .update();
  }

  static void answer(WriteSession session, ApprovalRecord answered) throws SQLException {
    session
        .statement(ANSWER)
        .text(answered.status().label())
        .text(answered.answeredBy())
        .time(answered.answeredAt())
        .number(number(session, answered))
        .update();
  }

  private static long number(WriteSession session, ApprovalRecord approval) throws SQLException {
    return CallTable.number(session.runNumber(approval.runId()), approval.position());
  }

  static ApprovalRecord read(Row row) throws SQLException {
    return new ApprovalRecord(
        row.runId("run_id"),
        row.integer("position"),
        row.text("question"),
        row.textOrNull("label"),
        row.textOrNull("phase"),
        ApprovalStatus.ofLabel(row.text("status")),
        row.textOrNull("answered_by"),
        row.time("asked_at"),
        row.timeOrNull("answered_at"),
        row.number("place"));
  }
}
