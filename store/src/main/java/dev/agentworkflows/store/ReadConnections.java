package dev.agentworkflows.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A few read connections that stay open, each lent to one thread at a time. {@link #take} blocks
 * while all are lent.
 */
final class ReadConnections implements AutoCloseable {
  private static final int MOST = 4;

  /** Makes another connection. */
  @FunctionalInterface
  interface Opening {
    Connection open() throws SQLException;
  }

  private final Database database;
  private final Opening opening;
  private final Semaphore permits = new Semaphore(MOST);
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
  private final Map<Connection, StatementCache> statements = new ConcurrentHashMap<>();
  private volatile boolean closed;

  ReadConnections(Database database, Opening opening) {
    this.database = database;
    this.opening = opening;
  }

  /** All rows of a query, by a statement that is kept prepared; its parameters in order. */
  <T> List<T> list(String sql, Row.Reader<T> reader, Object... parameters) {
    Connection connection = null;
    try {
      connection = take();
      StatementCache kept = statements.computeIfAbsent(connection, StatementCache::new);
      PreparedStatement statement = kept.of(sql);
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        Row row = new Row(rows, kept.columns(sql, rows), database.home());
        List<T> all = new ArrayList<>();
        while (rows.next()) {
          all.add(reader.read(row));
        }
        return all;
      }
    } catch (SQLException | RuntimeException e) {
      forgetStatements(connection, e);
      throw database.troubles().explainRead(e);
    } finally {
      if (connection != null) {
        release(connection);
      }
    }
  }

  private void forgetStatements(@Nullable Connection connection, Exception failure) {
    StatementCache kept = connection == null ? null : statements.get(connection);
    if (kept != null) {
      try {
        kept.forget();
      } catch (SQLException e) {
        failure.addSuppressed(e);
      }
    }
  }

  /** To be given back by {@link #release}. */
  Connection take() throws SQLException {
    permits.acquireUninterruptibly();
    Connection connection = null;
    try {
      if (closed) {
        throw new StoreException("The store is closed.");
      }
      connection = idle.pollFirst();
      if (connection == null) {
        connection = opening.open();
      }
      return connection;
    } finally {
      if (connection == null) {
        permits.release();
      }
    }
  }

  void release(Connection connection) {
    idle.addFirst(connection);
    permits.release();
  }

  /** Waits for the reads that are under way. */
  @Override
  public void close() throws SQLException {
    closed = true;
    permits.acquireUninterruptibly(MOST);
    try {
      List<Closing.Step> steps = new ArrayList<>();
      idle.forEach(connection -> steps.add(connection::close));
      idle.clear();
      Closing.all(steps);
    } finally {
      permits.release(MOST);
    }
  }
}
