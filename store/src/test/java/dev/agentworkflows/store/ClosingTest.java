package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever fails while a store is opened or closed, nothing of it stays open. */
@Timeout(60)
class ClosingTest {
  @TempDir Path directory;
  private Path file;
  private final List<Connection> connections = new ArrayList<>();

  @BeforeEach
  void create() {
    file = directory.resolve("workflow.sqlite");
    Store.open(file).close();
  }

  @Test
  void allStepsAreTakenAndTheFirstFailureIsTold() {
    List<String> taken = new ArrayList<>();
    SQLException first = new SQLException("first");
    Error second = new AssertionError("second");

    assertThatThrownBy(() ->
            Closing.all(
                List.of(
                    () -> {
                      taken.add("a");
                      throw first;
                    },
                    () -> {
                      taken.add("b");
                      throw second;
                    },
                    () -> taken.add("c"))))
        .isSameAs(first)
        .hasSuppressedException(second);
    assertThat(taken).containsExactly("a", "b", "c");
  }

  @Test
  void aReaderThatCannotBeClosedKeepsNoOtherOpen() throws Exception {
    Database database = Database.at(file).entered();
    ReadConnections readers =
        new ReadConnections(database, () -> seen(database.connectReadOnly(), "close"));
    List<Connection> taken = List.of(readers.take(), readers.take());
    taken.forEach(readers::release);

    assertThatThrownBy(readers::close).hasMessage("can't be closed");

    database.close();
    assertClosed(2);
  }

  @Test
  void aReaderThatCannotBeClosedKeepsTheWriterNotOpen() throws Exception {
    Database database = Database.at(file).entered();
    SqliteStore store =
        new SqliteStore(
            database, CheckedWriter.on(database), () -> seen(database.connectReadOnly(), "close"));
    store.writer().addRun(Samples.run("run_x")).join();
    assertThat(store.reader().latestRun()).isPresent();
    assertThat(log()).as("while it is open").exists();

    assertThatThrownBy(store::close).hasMessageContaining("can't be closed");

    assertClosed(1);
  }

  @Test
  void whatCannotBeReadIsClosedAgain() throws Exception {
    Database database = Database.at(file).entered();
    StoreException unwritable = new StoreException("a full disk");
    OutOfMemoryError failure = new OutOfMemoryError("a test's");

    assertThatThrownBy(() ->
            SqliteStore.openToRead(
                database,
                unwritable,
                () -> {
                  throw failure;
                }))
        .isSameAs(failure);
    assertClosed(0);
  }

  @Test
  void whyAStoreCannotBeWrittenToIsToldWhenItCannotBeReadEither() throws Exception {
    Database database = Database.at(file).entered();
    StoreException unwritable = new StoreException("a full disk");

    assertThatThrownBy(() ->
            SqliteStore.openToRead(
                database, unwritable, () -> seen(database.connectReadOnly(), "prepareStatement")))
        .isSameAs(unwritable);
    assertClosed(1);
  }

  /** SQLite's own, which the last connection removes. */
  private Path log() {
    return Path.of(file + "-wal");
  }

  private void assertClosed(int connectionsSeen) throws Exception {
    AtomicBoolean free = new AtomicBoolean();
    OpenDatabases.unlessOpen(file, () -> free.set(true));
    assertThat(free).as("the database is left").isTrue();
    assertThat(log()).doesNotExist();
    assertThat(connections).hasSize(connectionsSeen);
    for (Connection connection : connections) {
      assertThat(connection.isClosed()).isTrue();
    }
  }

  /** A connection of which one method fails: the close after it has closed. */
  private Connection seen(Connection connection, String failing) {
    connections.add(connection);
    return (Connection)
        Proxy.newProxyInstance(
            ClosingTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("equals")) {
                return proxy == arguments[0];
              }
              if (method.getName().equals(failing) && !failing.equals("close")) {
                throw new SQLException("can't be read");
              }
              Object result = method.invoke(connection, arguments);
              if (method.getName().equals(failing)) {
                throw new SQLException("can't be closed");
              }
              return result;
            });
  }
}
