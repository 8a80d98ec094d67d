package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class OpeningTest {
  @TempDir Path directory;

  @Test
  void aNewDatabaseIsItsOwnersAlone() throws IOException {
    Store.open(file()).close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void theFilesBesideItAreItsOwnersAloneToo() throws IOException {
    try (Store store = Store.open(file())) {
      store.writer().addRun(Samples.run("run_x")).join();

      for (String suffix : List.of("-wal", "-shm")) {
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(Path.of(file() + suffix))))
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void aDatabaseIsMadeAsDesigned() throws SQLException {
    Store.open(file()).close();

    assertThat(pragma("page_size")).isEqualTo(16_384);
    assertThat(pragma("application_id")).isEqualTo(Schema.APPLICATION_ID);
    assertThat(pragma("user_version")).isEqualTo(Schema.VERSION);
    try (Connection connection = Database.at(file()).connectForWriting()) {
      assertThat(text(connection, "PRAGMA journal_mode")).isEqualTo("wal");
      assertThat(text(connection, "PRAGMA synchronous")).isEqualTo("2");
      assertThat(text(connection, "PRAGMA busy_timeout")).isEqualTo("30000");
    }
  }

  @Test
  void aReadConnectionRefusesToWrite() throws SQLException {
    Database database = Database.at(file());
    database.connectForWriting().close();
    try (Connection connection = database.connectReadOnly();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("DELETE FROM run"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("readonly");
    }
  }

  @Test
  void anEmptyFileIsTaken() throws IOException {
    Files.createFile(file());
    try (Store store = Store.open(file())) {
      store.writer().addRun(Samples.run("run_x")).join();
      assertThat(store.reader().run("run_x")).isPresent();
    }
  }

  @Test
  void whatWasWrittenIsThereWhenOpenedAgain() {
    try (Store store = Store.open(file())) {
      store.writer().addRun(Samples.run("run_x"));
    }
    try (Store store = Store.open(file())) {
      assertThat(store.reader().latestRun()).contains(Samples.in(directory, Samples.run("run_x")));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "what?",
        "a?foreign_keys=true&b",
        "mode=memory",
        "#1",
        "100%41",
        "ü €",
        ":memory:",
        "a;b&c"
      })
  void aDirectorysNameDoesNotMatter(String name) throws IOException {
    Path odd = Files.createDirectory(directory.resolve(name)).resolve("workflow.sqlite");
    try (Store store = Store.open(odd)) {
      store.writer().addRun(Samples.run("run_x")).join();
    }

    assertThat(Files.size(odd)).isPositive();
    try (Store store = Store.open(odd)) {
      assertThat(store.reader().latestRun()).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "SQLite format 3", "not a database, and longer than a header is"})
  void aFileOfAnotherKindIsRefusedAndUntouched(String content) throws IOException {
    Files.writeString(file(), content.repeat(20));

    assertRefusedUntouched("is not an Agent Workflows database; nothing was changed.");
  }

  @Test
  void aForeignSqliteFileIsRefusedAndUntouched() throws Exception {
    foreign("CREATE TABLE theirs (x)");

    assertRefusedUntouched("is not an Agent Workflows database; nothing was changed.");
  }

  @Test
  void aForeignFileWithItsOwnIdIsRefusedAndUntouched() throws Exception {
    foreign("PRAGMA journal_mode = WAL; CREATE TABLE run (x); PRAGMA application_id = 7");

    assertRefusedUntouched("is not an Agent Workflows database; nothing was changed.");
  }

  @Test
  void ourIdOverUnknownTablesIsRefused() throws Exception {
    foreign("CREATE TABLE theirs (x); PRAGMA application_id = " + Schema.APPLICATION_ID);

    assertRefusedUntouched("is not an Agent Workflows database; nothing was changed.");
  }

  @Test
  void aDatabaseOfANewerVersionIsRefusedAndUntouched() throws Exception {
    Store.open(file()).close();
    foreign("PRAGMA user_version = 999");

    assertRefusedUntouched("was written by a newer Agent Workflows (schema 999");
  }

  @Test
  void aNewerVersionThatOnlyTheLogTellsIsRefusedToo() throws Exception {
    Store.open(file()).close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("PRAGMA user_version = 999");
      assertThat(ByteBuffer.wrap(Files.readAllBytes(file())).getInt(60)).isEqualTo(Schema.VERSION);

      assertRefusedUntouched("was written by a newer Agent Workflows (schema 999");
    }
  }

  @Test
  void aDamagedDatabaseIsSaidToBeDamagedAndUntouched() throws IOException {
    try (Store store = Store.open(file())) {
      store.writer().addRun(Samples.run("run_x"));
    }
    byte[] bytes = Files.readAllBytes(file());
    java.util.Arrays.fill(bytes, 100, bytes.length, (byte) 0x5A);
    Files.write(file(), bytes);

    assertRefusedUntouched("is damaged.");
  }

  @Test
  void aTruncatedDatabaseIsSaidToBeDamagedAndUntouched() throws IOException {
    Store.open(file()).close();
    byte[] bytes = Files.readAllBytes(file());
    Files.write(file(), java.util.Arrays.copyOf(bytes, 20_000));

    assertRefusedUntouched("is damaged.");
  }

  @Test
  void aDirectoryIsRefused() throws IOException {
    Files.createDirectory(file());

    assertThatThrownBy(() -> Store.open(file()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is not an Agent Workflows database");
  }

  @Test
  void aDirectoryThatIsNotThereIsNamed() {
    Path nowhere = directory.resolve("nowhere").resolve("workflow.sqlite");

    assertThatThrownBy(() -> Store.open(nowhere))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(nowhere.toString())
        .hasMessageContaining("its directory does not exist");
  }

  @Test
  void aPlaceThatCantBeWrittenIsNamed() throws IOException {
    Path inAFile = Files.createFile(directory.resolve("file")).resolve("workflow.sqlite");

    assertThatThrownBy(() -> Store.open(inAFile))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(inAFile.toString())
        .hasMessageContaining("Check the rights");
  }

  @RepeatedTest(20)
  void manyMayCreateOneDatabaseAtOnce() throws Exception {
    int openers = 8;
    CountDownLatch ready = new CountDownLatch(openers);
    ExecutorService threads = Executors.newFixedThreadPool(openers);
    List<Future<?>> opened = new ArrayList<>();
    for (int i = 0; i < openers; i++) {
      String run = "run_" + i;
      opened.add(
          threads.submit(() -> {
            ready.countDown();
            ready.await();
            try (Store store = Store.open(file())) {
              store.writer().addRun(Samples.run(run)).join();
            }
            return null;
          }));
    }
    for (Future<?> one : opened) {
      one.get();
    }
    threads.shutdown();

    try (Store store = Store.open(file())) {
      assertThat(store.reader().runs(99)).hasSize(openers);
    }
  }

  static List<Integer> versions() {
    return IntStream.rangeClosed(1, Schema.VERSION).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aDatabaseOfEveryVersionOpens(int version) throws IOException {
    try (InputStream kept =
        OpeningTest.class.getResourceAsStream("/databases/v" + version + ".sqlite")) {
      assertThat(kept)
          .as("a database of schema version %d, kept as a resource", version)
          .isNotNull();
      Files.copy(kept, file());
    }
    try (Store store = Store.open(file())) {
      KeptDatabase.assertContentOf(store, version);
      store.writer().addRun(Samples.run("run_new")).join();
      assertThat(store.reader().runs(9)).hasSize(3);
    }
  }

  private Path file() {
    return directory.resolve("workflow.sqlite");
  }

  private void assertRefusedUntouched(String message) throws IOException {
    byte[] before = Files.readAllBytes(file());

    assertThatThrownBy(() -> Store.open(file()))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith(file() + " " + message);
    assertThat(Files.readAllBytes(file())).isEqualTo(before);
  }

  private void foreign(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private int pragma(String name) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file())) {
      return Integer.parseInt(text(connection, "PRAGMA " + name));
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
