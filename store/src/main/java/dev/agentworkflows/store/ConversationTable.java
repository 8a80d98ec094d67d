package dev.agentworkflows.store;

import java.sql.SQLException;

/**
 * Conversations as rows: each call that was paid for names the one that it goes on from, and
 * whoever a remembered answer stood in for stands for the call that was paid for.
 */
final class ConversationTable {

  /** The calls that were paid for, newest first. What is stored may well be a circle. */
  private static final String TURNS_OF_CALL =
      """
      WITH RECURSIVE turn(no, back) AS (
        SELECT coalesce(answered_by, call.no), 1
        FROM run JOIN call ON call.no = (run.no << 32) + ?
        WHERE run.id = ?
        UNION ALL
        SELECT coalesce(earlier.answered_by, call.continues), back + 1
        FROM turn JOIN call ON call.no = turn.no LEFT JOIN call earlier ON earlier.no = call.continues
        WHERE call.continues IS NOT NULL AND back < ?)
      """;

  static final String SIZE =
      TURNS_OF_CALL
          + """
          SELECT count(*) AS turns,
            coalesce(sum(length(body) + length(coalesce(text, value_json))), 0) AS bytes,
            count(length(body) + length(coalesce(text, value_json))) = count(*) AS complete,
            coalesce(min(turn.no), 0) AS first
          FROM turn
            LEFT JOIN prompt ON prompt.call_no = turn.no
            LEFT JOIN answer ON answer.call_no = turn.no
          """;

  static final String TURNS =
      TURNS_OF_CALL
          + """
          SELECT back, body, coalesce(text, value_json) AS answer
          FROM turn
            JOIN prompt ON prompt.call_no = turn.no
            JOIN answer ON answer.call_no = turn.no
          """;

  static final String SESSION =
      """
      SELECT session_id, session_directory, session_once
      FROM run
        JOIN call ON call.no = (run.no << 32) + ?
        JOIN answer ON answer.call_no = coalesce(answered_by, call.no)
      WHERE run.id = ? AND session_id IS NOT NULL AND session_directory IS NOT NULL
      """;

  static final String TAKE_SESSION =
      "UPDATE answer SET session_id = NULL WHERE call_no = ? AND session_id = ?";

  private ConversationTable() {}

  /** A turn, and how many calls back it was made. */
  record Numbered(int back, ConversationTurn turn) {}

  static ConversationSize readSize(Row row) throws SQLException {
    return new ConversationSize(
        row.integer("turns"), row.number("bytes"), row.flag("complete"), row.number("first"));
  }

  static Numbered readTurn(Row row) throws SQLException {
    return new Numbered(
        row.integer("back"), new ConversationTurn(row.text("body"), row.text("answer")));
  }

  static AnswerSession readSession(Row row) throws SQLException {
    return new AnswerSession(
        row.text("session_id"), row.text("session_directory"), row.flag("session_once"));
  }

  /** Whether it was there. */
  static boolean takeSession(WriteSession session, String callId, String sessionId)
      throws SQLException {
    long number = session.callNumber(CallId.require(callId));
    return session.statement(TAKE_SESSION).number(number).text(sessionId).update() > 0;
  }
}
