package dev.agentworkflows.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** One connection's prepared statements, kept open between uses. For one thread at a time. */
final class StatementCache {
  private final Connection connection;
  private final Map<String, PreparedStatement> bySql = new HashMap<>();
  private final Map<String, Columns> columns = new HashMap<>();

  StatementCache(Connection connection) {
    this.connection = connection;
  }

  PreparedStatement of(String sql) throws SQLException {
    PreparedStatement kept = bySql.get(sql);
    if (kept == null) {
      kept = connection.prepareStatement(sql);
      bySql.put(sql, kept);
    }
    return kept;
  }

  /** The columns of a query whose rows are these. */
  Columns columns(String sql, ResultSet rows) throws SQLException {
    Columns known = columns.get(sql);
    if (known == null) {
      known = Columns.of(rows);
      columns.put(sql, known);
    }
    return known;
  }

  /** To be called after a failure: the driver makes a statement that failed unusable. */
  void forget() throws SQLException {
    for (PreparedStatement statement : bySql.values()) {
      statement.close();
    }
    bySql.clear();
  }
}
