package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that somebody else has prepared does nothing, and its rows lead nowhere. */
@Timeout(60)
class HostileDatabaseTest {

  private static final String RUN = "run_20261122_143201_4f9c1a";

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void recordARun() throws IOException {
    Path home = Files.createDirectories(directory.toRealPath().resolve("home"));
    file = home.resolve("workflow.sqlite");
    try (Store store = Store.open(file)) {
      store.writer().addRun(Samples.run(RUN)).join();
      store.writer().startCall(Samples.start(RUN, 1, "edit it")).join();
      store
          .writer()
          .addWorktree(
              WorktreeRecord.planned(
                  Samples.callId(RUN, 1), "/w/.git", "/w/tree", "owf/1", "c0ffee00".repeat(5)))
          .join();
    }
  }

  private void change(String... sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String one : sql) {
        statement.executeUpdate(one);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM call; END",
        "CREATE VIEW v AS SELECT load_extension('/tmp/x.so')",
        "DROP TABLE approval; CREATE VIEW approval AS SELECT 1 AS no",
        "CREATE TABLE more (a)",
        "CREATE VIRTUAL TABLE words USING fts5(a)",
        "CREATE INDEX more ON run (workspace)",
        "DROP INDEX run_in_flight",
        "ALTER TABLE run ADD COLUMN more TEXT DEFAULT 'x'",
        "PRAGMA user_version = 2",
        "PRAGMA user_version = -1"
      })
  void aSchemaThatIsNotOursIsRefusedAndNothingOfItIsCarriedOut(String sql) throws Exception {
    change(sql.split("; (?=CREATE VIEW approval)"));
    assertThatThrownBy(() -> Store.open(file).close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> Store.openToRead(file).close()).isInstanceOf(StoreException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../keys", "/etc", "--upload-pack=x", "run_x/..", "run_\n", ""})
  void anIdThatIsNoneIsRefusedBeforeAnythingIsMadeOfIt(String id) throws Exception {
    change("UPDATE run SET id = '" + id + "'");
    try (Store store = Store.open(file)) {
      for (Runnable reading :
          List.<Runnable>of(
              store.reader()::latestRun,
              () -> store.reader().runs(9),
              store.history()::standingWorktrees,
              () -> store.reader().watch(id).poll())) {
        if (id.isEmpty()) {
          continue;
        }
        assertThatThrownBy(reading::run)
            .isInstanceOf(StoreException.class)
            .hasMessageContaining("is damaged or was changed by another program");
      }
    }
  }

  @Test
  void placesAreDerivedFromIdsWhateverIsStored() throws Exception {
    change(
        "UPDATE run SET output_dir = '/etc'",
        "UPDATE worktree SET path = '/home/victim'",
        "UPDATE call SET worktree_path = '/home/victim'");
    Path run = file.resolveSibling("runs").resolve(RUN);
    String worktree = run.resolve("worktrees").resolve(RUN + "_call_0001").toString();
    try (Store store = Store.open(file)) {
      assertThat(store.reader().latestRun()).map(RunRecord::outputDir).contains(run.toString());
      assertThat(store.history().standingWorktrees())
          .extracting(WorktreeRecord::path)
          .containsExactly(worktree);
      assertThat(store.reader().calls(RUN))
          .extracting(call -> call.worktree().path())
          .containsExactly(worktree);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE worktree SET branch = '--output=/tmp/x'",
        "UPDATE worktree SET branch = 'a' || char(10) || 'b'",
        "UPDATE worktree SET repository = '-c core.fsmonitor=x'",
        "UPDATE worktree SET base_commit = '--upload-pack=x'",
        "UPDATE worktree SET base_commit = 'HEAD'"
      })
  void whatGitWouldTakeForAnOptionIsRefused(String sql) throws Exception {
    change(sql);
    try (Store store = Store.open(file)) {
      assertThatThrownBy(store.history()::standingWorktrees).isInstanceOf(StoreException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE run SET status = 'gone'",
        "UPDATE run SET workspace = zeroblob(10), status = x'ff'",
        "UPDATE call SET status = '../x'",
        "UPDATE call SET cache_status = NULL || 'x'",
        "UPDATE call SET no = no & ~4294967295"
      })
  void aValueThatNobodyWritesIsSaidInAPlainLine(String sql) throws Exception {
    try {
      change(sql);
    } catch (SQLException refused) {
      return;
    }
    try (Store store = Store.open(file)) {
      assertThatThrownBy(
              () -> {
                store.reader().runs(9);
                store.reader().calls(RUN);
              })
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(file.toString())
          .hasMessageNotContaining("Exception");
    }
  }

  @Test
  void aJournalThatNamesAnotherFileDeletesNothing() throws Exception {
    Path keys = Files.writeString(directory.resolve("keys"), "precious");
    byte[] name = keys.toString().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream journal = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(journal);
    byte[] magic = java.util.HexFormat.of().parseHex("d9d505f920a163d7");
    out.write(magic);
    out.write(new byte[512 - magic.length]);
    out.writeInt(0x40000000 / 16_384 + 1);
    out.write(name);
    out.writeInt(name.length);
    int sum = 0;
    for (byte one : name) {
      sum += one;
    }
    out.writeInt(sum);
    out.write(magic);
    Files.write(Path.of(file + "-journal"), journal.toByteArray());

    assertThatThrownBy(() -> Store.open(file).close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("names another file");
    assertThat(keys).hasContent("precious");
  }

  @Test
  void aLinkOrPipeBesideTheDatabaseIsNotOpened() throws Exception {
    Path target = Files.writeString(directory.resolve("target"), "precious");
    for (String suffix : List.of("-wal", "-shm", "-journal")) {
      Path link = Path.of(file + suffix);
      Files.createSymbolicLink(link, target);
      assertThatThrownBy(() -> Store.open(file).close())
          .as(suffix)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is no regular file");
      Files.delete(link);
    }
    Path elsewhere = directory.resolve("elsewhere.sqlite");
    Files.move(file, elsewhere);
    Files.createSymbolicLink(file, elsewhere);
    assertThatThrownBy(() -> Store.open(file).close()).isInstanceOf(StoreException.class);
    assertThat(target).hasContent("precious");
  }

  @Test
  void theSchemaOfEachVersionIsKnown() throws Exception {
    try (Connection connection = Database.at(file).connectForWriting()) {
      assertThat(SchemaText.DIGESTS)
          .as("the last one is of version " + Schema.VERSION)
          .hasSize(Schema.VERSION)
          .endsWith(SchemaText.of(connection).digest());
      for (int version = 1; version <= Schema.VERSION; version++) {
        assertThat(SchemaText.computed(version)).isEqualTo(SchemaText.expected(version));
      }
    }
  }

  @Test
  void theLatestRunIsTheOneThatWasStartedLastWhateverTheClockSays() {
    try (Store store = Store.open(file)) {
      String later = "run_20261122_080000_000000";
      store
          .writer()
          .addRun(
              Samples.run(
                  later, Samples.NOON.minusSeconds(86_400), null, "/w/main.py", "1-aaaaaaaa"))
          .join();
      assertThat(store.reader().latestRun()).map(RunRecord::id).contains(later);
      assertThat(store.reader().runs(9)).extracting(RunRecord::id).containsExactly(later, RUN);
    }
  }

  @Test
  void nothingIsToldAsKeptOnceTheFileIsGone() throws Exception {
    try (Store store = Store.open(file)) {
      store.writer().startCall(Samples.start(RUN, 2, "kept")).join();
      Files.move(file, file.resolveSibling("away"));
      Store.open(file).close();
      assertThat(store.writer().endRun(Samples.ending(RUN)))
          .failsWithin(java.time.Duration.ofSeconds(9))
          .withThrowableThat()
          .withMessageContaining("is gone");
      assertThat(store.writer().startCall(Samples.start(RUN, 3, "lost")))
          .as("said at once: nothing is paid any more")
          .isCompletedExceptionally();
    }
  }
}
