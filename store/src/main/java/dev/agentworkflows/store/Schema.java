package dev.agentworkflows.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.SQLiteErrorCode;

/**
 * The schema's versions: numbered SQL files, applied in order. A database tells its version in
 * {@code user_version} and that it is ours in {@code application_id}.
 */
final class Schema {
  /** With a new one: its digest in {@link SchemaText}, and a database of it among the tests. */
  static final int VERSION = 12;

  /** "OWFJ" in ASCII. */
  static final int APPLICATION_ID = 0x4F57464A;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final Connection connection;
  private final StoreErrors troubles;

  Schema(Connection connection, StoreErrors troubles) {
    this.connection = connection;
    this.troubles = troubles;
  }

  /**
   * Applies what is missing. Any number of processes may do so at once: where two would wait for
   * each other, SQLite refuses one of them at once, however patient it is otherwise.
   */
  void bringUpToDate() throws SQLException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        tryToBringUpToDate();
        return;
      } catch (SQLException e) {
        boolean busy = (e.getErrorCode() & 0xFF) == SQLiteErrorCode.SQLITE_BUSY.code;
        if (!busy || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void tryToBringUpToDate() throws SQLException {
    if (version() < 0) {
      throw troubles.notOurs();
    }
    if (version() < VERSION) {
      execute("BEGIN IMMEDIATE");
      try {
        migrate();
        execute("COMMIT");
      } catch (SQLException | RuntimeException e) {
        rollBack(e);
        throw e;
      }
    }
    if (version() > VERSION) {
      throw troubles.tooNew(version());
    }
    requireOurs(VERSION);
    // After the schema and not before: so the file's own header says whose it is from the first
    // commit on, and not only a log beside it.
    execute("PRAGMA journal_mode = WAL");
  }

  private void migrate() throws SQLException {
    // Read again now that nobody else can write: another process may have been here first.
    int version = version();
    if (version == 0) {
      if (number("SELECT count(*) FROM sqlite_schema") > 0) {
        throw troubles.notOurs();
      }
    } else {
      requireOurs(version);
    }
    if (version == 0) {
      execute("PRAGMA application_id = " + APPLICATION_ID);
    }
    for (int next = version + 1; next <= VERSION; next++) {
      execute(script(next));
      execute("PRAGMA user_version = " + next);
    }
  }

  /** Refuses a database that was written by an earlier version, where it can't be migrated. */
  void requireUpToDate() throws SQLException {
    int version = version();
    if (version > VERSION) {
      throw troubles.tooNew(version);
    }
    if (version < VERSION) {
      throw troubles.tooOldToRead(version);
    }
    requireOurs(VERSION);
  }

  /**
   * Refuses tables, indexes, views and triggers that are not, letter by letter, those of a version:
   * what a schema says is carried out.
   */
  private void requireOurs(int version) throws SQLException {
    if (!SchemaText.of(connection).digest().equals(SchemaText.expected(version))) {
      throw troubles.unusual("its tables, indexes or triggers are not those of this program");
    }
  }

  private int version() throws SQLException {
    return number("PRAGMA user_version");
  }

  private int number(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private void rollBack(Exception failure) {
    try {
      execute("ROLLBACK");
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  static String script(int version) {
    String name = "/db/migration/V" + version + ".sql";
    try (InputStream in = Schema.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
