package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SeveralProcessesTest {
  private static final int ACKNOWLEDGED = 500;
  private static final int CALLS = 300;

  @TempDir Path directory;

  /** Writes calls for ever, and names each on standard output once it is durable. */
  static final class EndlessWriter {
    private EndlessWriter() {}

    public static void main(String[] args) {
      Store store = Store.open(Path.of(args[0]));
      store.writer().addRun(Samples.run("run_x")).join();
      for (int index = 1; ; index++) {
        int no = index;
        CompletableFuture<Void> start =
            store.writer().startCall(Samples.start("run_x", no, "prompt " + no));
        CompletableFuture<Void> end =
            store.writer().endCall(Samples.end("run_x", no, "answer " + no, true));
        CompletableFuture<Void> unused =
            start.thenCombine(end, (a, b) -> no).thenAccept(System.out::println);
        if (index % 50 == 0) {
          end.join();
        }
      }
    }
  }

  /** Writes some calls of a run of its own, each durable before the next. */
  static final class CallWriter {
    private CallWriter() {}

    public static void main(String[] args) {
      try (Store store = Store.open(Path.of(args[0]))) {
        writeCalls(store, args[1]);
      }
      System.out.println("done");
    }
  }

  /** Prints whether another process holds SQLite's shared lock on a database's file. */
  static final class LockProbe {
    // https://www.sqlite.org/src/file/src/os.h: PENDING_BYTE + 2, and SHARED_SIZE
    private static final long SHARED_FIRST = 0x4000_0002L;
    private static final long SHARED_SIZE = 510;

    private LockProbe() {}

    public static void main(String[] args) throws IOException {
      try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock(SHARED_FIRST, SHARED_SIZE, false)) {
        System.out.println(lock == null ? "locked" : "free");
      }
    }
  }

  @Test
  void openingADatabaseTwiceHereKeepsTheFirstOnesLock() throws Exception {
    try (Store first = Store.open(file())) {
      first.writer().addRun(Samples.run("run_1")).join();

      Store.open(file()).close();
      Store.openToRead(file()).close();
      assertThat(DatabaseHeader.isOfAnotherProgram(file())).isFalse();

      Process probe = ChildJvm.start(LockProbe.class, directory, file().toString());
      assertThat(probe.inputReader().readLine()).isEqualTo("locked");
      assertThat(probe.waitFor()).isZero();
    }
    Process probe = ChildJvm.start(LockProbe.class, directory, file().toString());
    assertThat(probe.inputReader().readLine()).isEqualTo("free");
    assertThat(probe.waitFor()).isZero();
  }

  @Test
  void aKilledWriterLosesNothingThatWasAcknowledged() throws Exception {
    Process writer = ChildJvm.start(EndlessWriter.class, directory, file().toString());
    List<Integer> acknowledged = new ArrayList<>();
    try (BufferedReader lines = writer.inputReader()) {
      while (acknowledged.size() < ACKNOWLEDGED) {
        acknowledged.add(Integer.valueOf(lines.readLine()));
      }
    } finally {
      writer.destroyForcibly().waitFor();
    }

    try (Store store = Store.open(file())) {
      assertThat(store.reader().calls("run_x").subList(0, ACKNOWLEDGED))
          .extracting(CallRecord::status)
          .containsOnly(CallStatus.DONE);
      for (int no : acknowledged) {
        assertThat(store.reader().texts(Samples.callId("run_x", no)))
            .contains(new CallTexts("prompt " + no, "answer " + no, null, null));
      }
    }
    assertThat(integrity()).isEqualTo("ok");
  }

  @Test
  void severalProcessesCreateAndWriteOneDatabaseAtOnce() throws Exception {
    Process first = ChildJvm.start(CallWriter.class, directory, file().toString(), "run_1");
    Process second = ChildJvm.start(CallWriter.class, directory, file().toString(), "run_2");
    try (Store store = Store.open(file())) {
      writeCalls(store, "run_3");
      for (Process child : List.of(first, second)) {
        assertThat(child.inputReader().readLine()).isEqualTo("done");
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
      }

      for (String run : List.of("run_1", "run_2", "run_3")) {
        assertThat(store.reader().calls(run)).hasSize(CALLS);
        assertThat(store.reader().calls(run))
            .extracting(CallRecord::status)
            .containsOnly(CallStatus.DONE);
      }
    } finally {
      first.destroyForcibly();
      second.destroyForcibly();
    }
    assertThat(integrity()).isEqualTo("ok");
  }

  private static void writeCalls(Store store, String run) {
    store.writer().addRun(Samples.run(run)).join();
    for (int index = 1; index <= CALLS; index++) {
      store.writer().startCall(Samples.start(run, index, "p")).join();
      store.writer().endCall(Samples.end(run, index, "a", true)).join();
    }
  }

  private String integrity() throws SQLException {
    try (Connection connection = Database.at(file()).connectForWriting();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
      rows.next();
      return rows.getString(1);
    }
  }

  private Path file() {
    return directory.resolve("workflow.sqlite");
  }
}
