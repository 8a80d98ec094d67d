package dev.agentworkflows.store;

import java.sql.SQLException;

/** Events as rows: the statements over {@code event}, and what they carry. */
final class EventTable {
  static final String ADD =
      "INSERT INTO event (no, type, message, phase, data_json, at) VALUES (?, ?, ?, ?, ?, ?)";

  static final String AFTER =
      """
      SELECT run.id AS run_id, event.position AS position, type, message, phase, data_json, at
      FROM run, event
      WHERE run.id = ?
        AND event.no > (run.no << 32) + ? AND event.no <= (run.no << 32) + 4294967295
      ORDER BY event.no LIMIT ?
      """;

  static final String OF_TYPE =
      """
      SELECT run.id AS run_id, event.position AS position, type, message, phase, data_json, at
      FROM run, event
      WHERE run.id = ?
        AND event.no > run.no << 32 AND event.no <= (run.no << 32) + 4294967295
        AND type = ?
      ORDER BY event.no
      """;

  private EventTable() {}

  static void add(WriteSession session, EventRecord event) throws SQLException {
    session
        .statement(ADD)
        .number(session.runNumber(event.runId()) << 32 | position(event))
        .text(event.type().label())
        .text(event.message())
        .text(event.phase())
        .text(event.dataJson())
        .time(event.at())
        .update();
  }

  private static long position(EventRecord event) {
    if (event.position() < 1 || event.position() > Integer.MAX_VALUE) {
      throw new StoreException(
          "Event position "
              + event.position()
              + " of run \""
              + event.runId()
              + "\" is impossible.");
    }
    return event.position();
  }

  static EventRecord read(Row row) throws SQLException {
    return new EventRecord(
        row.runId("run_id"),
        row.number("position"),
        EventType.ofLabel(row.text("type")),
        row.text("message"),
        row.textOrNull("phase"),
        row.text("data_json"),
        row.time("at"));
  }
}
