package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteCommitListener;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;

@Timeout(60)
class GroupCommitWriterTest {
  private static final String INSERT = "INSERT INTO item (no) VALUES (?)";

  @TempDir Path directory;
  private final AtomicInteger commits = new AtomicInteger();
  private final AtomicInteger rollbacks = new AtomicInteger();
  private SQLiteConnection connection;
  private GroupCommitWriter writer;

  @BeforeEach
  void open() throws SQLException {
    Path file = directory.resolve("x.sqlite");
    SQLiteConfig config = new SQLiteConfig();
    config.enforceForeignKeys(true);
    connection = (SQLiteConnection) config.createConnection("jdbc:sqlite:" + file);
    execute("CREATE TABLE item (no INTEGER PRIMARY KEY, body BLOB)");
    execute(
        "CREATE TABLE part (item_no INTEGER REFERENCES item (no) DEFERRABLE INITIALLY DEFERRED)");
    connection.addCommitListener(
        new SQLiteCommitListener() {
          @Override
          public void onCommit() {
            commits.incrementAndGet();
          }

          @Override
          public void onRollback() {
            rollbacks.incrementAndGet();
          }
        });
    writer =
        new GroupCommitWriter(
            "writer", new WriteSession(connection, () -> {}), new SqliteErrors(file)::explain);
  }

  @AfterEach
  void close() throws SQLException {
    writer.close();
    connection.close();
  }

  @Test
  void whatWaitsWhileTheWriterIsBusyBecomesOneCommit() {
    Busy busy = new Busy();
    List<CompletableFuture<Void>> writes = IntStream.range(0, 100).mapToObj(this::insert).toList();
    busy.end();
    writes.forEach(CompletableFuture::join);

    assertThat(commits).hasValue(2); // the busy one, and the hundred
    assertThat(items()).hasSize(100);
  }

  @Test
  void writesAreAppliedInTheOrderOfTheirAsking() {
    List<Integer> applied = new ArrayList<>();
    Busy busy = new Busy();
    for (int i = 0; i < 2_500; i++) {
      int no = i;
      CompletableFuture<Void> unused = writer.write(session -> applied.add(no));
    }
    busy.end();
    writer.close();

    assertThat(applied).isEqualTo(IntStream.range(0, 2_500).boxed().toList());
  }

  @Test
  void aWriteThatFailsTakesNoneOfItsBatchAlong() {
    Busy busy = new Busy();
    CompletableFuture<Void> before = insert(1);
    CompletableFuture<Void> halfDone =
        writer.write(session -> {
          session.statement(INSERT).number(2).update();
          session.statement(INSERT).number(1).update();
        });
    CompletableFuture<Void> thrown =
        writer.write(session -> {
          session.statement(INSERT).number(3).update();
          throw new IllegalStateException("a secret");
        });
    CompletableFuture<Void> after = insert(4);
    busy.end();

    before.join();
    after.join();
    assertThat(Failures.of(halfDone)).hasMessageContaining("one with the same id");
    assertThat(Failures.of(thrown)).hasMessageNotContaining("secret");
    assertThat(items()).containsExactly(1, 4);
  }

  @Test
  void aCommitThatFailsFailsAllOfItAndTheNextOneIsFree() {
    Busy busy = new Busy();
    CompletableFuture<Void> innocent = insert(1);
    CompletableFuture<Void> broken =
        writer.write(
            session -> session.statement("INSERT INTO part VALUES (?)").number(99).update());
    busy.end();

    assertThat(Failures.of(innocent)).hasMessageContaining("x.sqlite");
    assertThat(Failures.of(broken)).hasMessageContaining("x.sqlite");
    insert(1).join();
    assertThat(items()).containsExactly(1);
  }

  @Test
  void aFullDiskIsSaidPlainlyAndTheWriterGoesOnWhenThereIsRoomAgain() throws SQLException {
    execute("PRAGMA max_page_count = 10");
    GroupCommitWriter.Change large =
        session ->
            session
                .statement("INSERT INTO item (no, body) VALUES (?, ?)")
                .number(1)
                .blob(new byte[1_000_000])
                .update();

    assertThat(Failures.of(writer.write(large))).hasMessageContaining("the disk is full");
    execute("PRAGMA max_page_count = 1000000");
    writer.write(large).join();
    assertThat(items()).containsExactly(1);
    assertThat(rollbacks.get()).isPositive();
  }

  @Test
  void anErrorInAChangeOrAContinuationDoesNotEndTheWriter() {
    CompletableFuture<Void> error =
        writer.write(session -> {
          throw new AssertionError("on purpose");
        });
    CompletableFuture<Void> continued =
        insert(1)
            .thenRun(() -> {
              throw new AssertionError("on purpose");
            });
    insert(2).join();

    assertThat(error).isCompletedExceptionally();
    assertThat(continued).isCompletedExceptionally();
    assertThat(items()).containsExactly(1, 2);
  }

  private CompletableFuture<Void> insert(int no) {
    return writer.write(session -> session.statement(INSERT).number(no).update());
  }

  private List<Integer> items() {
    List<Integer> items = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT no FROM item ORDER BY no")) {
      while (rows.next()) {
        items.add(rows.getInt(1));
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return items;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Keeps the writer busy with one change until told to end it. */
  private final class Busy {
    private final CountDownLatch ended = new CountDownLatch(1);

    Busy() {
      CountDownLatch begun = new CountDownLatch(1);
      CompletableFuture<Void> unused =
          writer.write(session -> {
            begun.countDown();
            await(ended);
          });
      await(begun);
    }

    void end() {
      ended.countDown();
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
