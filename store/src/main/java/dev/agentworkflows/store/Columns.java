package dev.agentworkflows.store;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Where a query's columns stand, by name. Found out once for each statement, not for each row. */
final class Columns {
  private final Map<String, Integer> positions;

  private Columns(Map<String, Integer> positions) {
    this.positions = positions;
  }

  /** The columns of a query, each of which has a name of its own. */
  static Columns of(ResultSet rows) throws SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    Map<String, Integer> positions = new HashMap<>();
    for (int position = 1; position <= columns.getColumnCount(); position++) {
      String name = columns.getColumnLabel(position);
      if (positions.put(name, position) != null) {
        throw new SQLException("two columns are named " + name);
      }
    }
    return new Columns(positions);
  }

  int of(String name) throws SQLException {
    Integer position = positions.get(name);
    if (position == null) {
      throw new SQLException("the query has no column " + name);
    }
    return position;
  }
}
