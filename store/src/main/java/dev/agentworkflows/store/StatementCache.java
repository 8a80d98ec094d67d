package dev.agentworkflows.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** One connection's prepared statements, kept open between uses. For one thread at a time. */
final class StatementCache {
  private final Connection connection;
  private final Map<String, PreparedStatement> bySql = new HashMap<>();

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

  /** To be called after a failure: the driver makes a statement that failed unusable. */
  void forget() throws SQLException {
    for (PreparedStatement statement : bySql.values()) {
      statement.close();
    }
    bySql.clear();
  }
}
