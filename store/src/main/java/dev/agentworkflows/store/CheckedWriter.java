package dev.agentworkflows.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a database as long as its file is where it was: what is written to one that was removed
 * is kept by nobody, and must not be told as kept.
 */
final class CheckedWriter implements AutoCloseable {

  /** How long a look at the file counts for further calls. */
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final Database database;
  private final @Nullable Connection connection;
  private final @Nullable GroupCommitWriter writer;
  private final @Nullable Object identity;
  private final @Nullable StoreException refusal;
  private final AtomicLong lastLook = new AtomicLong(System.nanoTime() - FRESH_NANOS);
  private volatile boolean gone;

  private CheckedWriter(
      Database database, @Nullable Connection connection, @Nullable StoreException refusal) {
    this.database = database;
    this.connection = connection;
    this.refusal = refusal;
    this.identity = database.identity();
    this.writer =
        connection == null
            ? null
            : new GroupCommitWriter(
                "run-store",
                new WriteSession(connection, this::requireThere),
                database.troubles()::explain);
  }

  static CheckedWriter on(Database database) throws SQLException {
    Connection connection = database.connectForWriting();
    try {
      return new CheckedWriter(database, connection, null);
    } catch (RuntimeException | Error e) {
      Closing.after(e, connection::close); // no thread could be started, say
      throw e;
    }
  }

  /** One whose every write fails. */
  static CheckedWriter refusing(Database database, StoreException refusal) {
    return new CheckedWriter(database, null, refusal);
  }

  CompletableFuture<Void> write(GroupCommitWriter.Change change) {
    return writer == null ? CompletableFuture.failedFuture(refusal) : writer.write(change);
  }

  /** As {@link #write}, for what begins something that is paid: fails at once when all is lost. */
  CompletableFuture<Void> begin(GroupCommitWriter.Change change) {
    long now = System.nanoTime();
    long last = lastLook.get();
    if (gone || now - last > FRESH_NANOS && lastLook.compareAndSet(last, now) && isGone()) {
      return CompletableFuture.failedFuture(database.troubles().gone());
    }
    return write(change);
  }

  private void requireThere() {
    if (isGone()) {
      throw database.troubles().gone();
    }
  }

  private boolean isGone() {
    // Once lost, always lost: what was written meanwhile is not in a file that came back.
    gone = gone || identity == null || !identity.equals(database.identity());
    return gone;
  }

  /** Waits until everything that was asked for is written. */
  @Override
  public void close() {
    if (writer != null) {
      writer.close();
    }
  }

  void disconnect() throws SQLException {
    if (connection != null) {
      connection.close();
    }
  }
}
