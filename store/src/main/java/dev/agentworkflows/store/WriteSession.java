package dev.agentworkflows.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The writer's connection: its transactions, statements and known run numbers. For one thread. */
final class WriteSession {
  private static final int KNOWN_RUNS = 1_000;

  private final StatementCache statements;
  private final Map<String, Long> runNumbers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > KNOWN_RUNS;
        }
      };

  private final Runnable beforeCommit;

  /**
   * @param beforeCommit throws when the transaction would be kept by nobody
   */
  WriteSession(Connection connection, Runnable beforeCommit) {
    this.statements = new StatementCache(connection);
    this.beforeCommit = beforeCommit;
  }

  Parameters statement(String sql) throws SQLException {
    return new Parameters(statements.of(sql));
  }

  /** The number of a run that is in the database; a {@link StoreException} when it is not. */
  long runNumber(String runId) throws SQLException {
    Long known = runNumbers.get(runId);
    if (known != null) {
      return known;
    }
    PreparedStatement lookup = statements.of(RunTable.NUMBER);
    lookup.setString(1, runId);
    try (ResultSet rows = lookup.executeQuery()) {
      if (!rows.next()) {
        throw new StoreException("There is no run \"" + runId + "\" in the database.");
      }
      long number = rows.getLong(1);
      runNumbers.put(runId, number);
      return number;
    }
  }

  long callNumber(CallId id) throws SQLException {
    return CallTable.number(runNumber(id.runId()), id.index());
  }

  /** Its number may be another run's one day. */
  void forgetRun(String runId) {
    runNumbers.remove(runId);
  }

  void begin() throws SQLException {
    // IMMEDIATE waits for other processes here; a later upgrade from reading to writing could not.
    execute("BEGIN IMMEDIATE");
  }

  void commit() throws SQLException {
    beforeCommit.run();
    execute("COMMIT");
  }

  /** Also forgets what may not be so any more. */
  void rollBack() throws SQLException {
    runNumbers.clear();
    statements.forget();
    execute("ROLLBACK");
  }

  private void execute(String sql) throws SQLException {
    statements.of(sql).executeUpdate();
  }
}
