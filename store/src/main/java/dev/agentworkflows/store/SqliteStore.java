package dev.agentworkflows.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store in one SQLite file. */
final class SqliteStore implements Store {
  private final Database database;
  private final CheckedWriter writing;
  private final ReadConnections reading;
  private final RunWriter writer;
  private final RunReader reader;
  private @Nullable RunHistory history;

  SqliteStore(Database database, CheckedWriter writing, ReadConnections.Opening opening) {
    this.database = database;
    this.writing = writing;
    this.reading = new ReadConnections(database, opening);
    this.writer = new SqliteWriter(writing);
    this.reader = new SqliteReader(reading);
  }

  static SqliteStore open(Path file) {
    Database database = Database.at(file).entered();
    try {
      return new SqliteStore(database, CheckedWriter.on(database), database::connectReadOnly);
    } catch (SQLException e) {
      database.close();
      throw database.troubles().explain(e);
    } catch (RuntimeException | Error e) {
      database.close();
      throw e;
    }
  }

  static SqliteStore openToRead(Path file) {
    try {
      return open(file);
    } catch (StoreException unwritable) {
      if (!unwritable.isOfTheDisk()) {
        throw unwritable;
      }
      Database database = Database.at(file).entered();
      return openToRead(database, unwritable, database::connectToRead);
    }
  }

  /**
   * A store of which something could be read; when nothing can be, all is closed again.
   *
   * @param unwritable why it can't be written to
   */
  static SqliteStore openToRead(
      Database database, StoreException unwritable, ReadConnections.Opening opening) {
    SqliteStore store =
        new SqliteStore(database, CheckedWriter.refusing(database, unwritable), opening);
    try {
      store.reader.ownersOfRunningRuns();
      return store;
    } catch (StoreException e) {
      Closing.after(e, store::close);
      unwritable.addSuppressed(e);
      throw unwritable;
    } catch (RuntimeException | Error e) {
      Closing.after(e, store::close);
      throw e;
    }
  }

  @Override
  public RunWriter writer() {
    return writer;
  }

  @Override
  public RunReader reader() {
    return reader;
  }

  @Override
  public synchronized RunHistory history() {
    if (history == null) {
      history = new SqliteHistory(database, reading);
    }
    return history;
  }

  @Override
  public Path home() {
    return database.home();
  }

  @Override
  public void close() {
    try {
      Closing.all(List.of(writing::close, reading::close, writing::disconnect));
    } catch (SQLException e) {
      throw database.troubles().explain(e);
    } finally {
      database.close();
    }
  }
}
