package dev.agentworkflows.coordinator.worktree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Turns in a worktree, also between processes. */
@Timeout(60)
class WorktreeTurnTest {

  @TempDir private Path directory;
  private Worktree worktree;

  @BeforeEach
  void begin() throws IOException {
    worktree = worktree("run_20261122_143201_4f9c1a_call_0001");
  }

  private Worktree worktree(String call) throws IOException {
    Path path = directory.toRealPath().resolve("worktrees").resolve(call);
    Files.createDirectories(path);
    return new Worktree(call, directory, path, "owf/r/" + call, "0".repeat(40));
  }

  private WorktreeTurn ask(String user, boolean changing) {
    return WorktreeTurn.request(worktree, user, changing);
  }

  @Test
  void readersShareAndAChangeIsAloneInTheOrderOfAsking() {
    WorktreeTurn one = ask("one", false);
    WorktreeTurn two = ask("two", false);
    WorktreeTurn change = ask("change", true);
    WorktreeTurn late = ask("late", false);

    assertThat(one.granted()).isDone();
    assertThat(two.granted()).isDone();
    assertThat(change.granted()).isNotDone();
    assertThat(late.granted()).as("not past the change").isNotDone();
    assertThat(change.inTheWay()).isEqualTo("one, two");
    one.close();
    assertThat(change.granted()).isNotDone();
    two.close();
    assertThat(change.granted()).isDone();
    assertThat(late.granted()).isNotDone();
    change.close();
    assertThat(late.granted()).isDone();
    assertThat(late.companions()).isEmpty();
    assertThat(two.companions()).containsExactly("one");
    late.close();
    assertThat(ask("again", true).granted()).isDone();
  }

  @Test
  void whoGivesUpKeepsNobodyWaiting() {
    WorktreeTurn reader = ask("reader", false);
    WorktreeTurn change = ask("change", true);
    WorktreeTurn behind = ask("behind", false);
    change.granted().completeExceptionally(new IllegalStateException("cancelled"));
    change.close();

    assertThat(behind.granted()).isDone();
    reader.close();
    behind.close();
  }

  @Test
  void whoAsksWithoutWaitingGetsAFreeWorktreeAlone() throws Exception {
    WorktreeTurn reader = ask("reader", false);
    assertThat(WorktreeTurn.tryChanging(worktree, "gc")).isEmpty();
    reader.close();
    try (WorktreeTurn gc = WorktreeTurn.tryChanging(worktree, "gc").orElseThrow()) {
      assertThat(WorktreeTurn.tryChanging(worktree, "apply")).isEmpty();
      assertThat(ask("call", false).granted()).isNotDone();
    }
    assertThat(directory.resolve("worktrees.lock")).as("a look makes no file").doesNotExist();
  }

  @Test
  void anotherProcessThatChangesKeepsEverybodyOutUntilItIsKilled() throws Exception {
    Process holder = holder("changing");
    assertThat(WorktreeTurn.tryChanging(worktree, "gc")).isEmpty();
    WorktreeTurn reader = ask("reader", false);
    CompletableFuture<Void> in =
        CompletableFuture.runAsync(() -> {
          try {
            reader.granted().join().keepOthersOut();
          } catch (GitException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThatThrownBy(() -> in.get(200, java.util.concurrent.TimeUnit.MILLISECONDS))
        .isInstanceOf(java.util.concurrent.TimeoutException.class);
    holder.destroyForcibly();

    in.join();
    reader.close();
    try (WorktreeTurn gc = WorktreeTurn.tryChanging(worktree, "gc").orElseThrow()) {
      assertThat(gc.granted()).isDone();
    }
  }

  @Test
  void readersOfTwoProcessesShareAndOtherWorktreesAreFree() throws Exception {
    Process holder = holder("reading");
    Worktree other = worktree("run_20261122_143201_4f9c1a_call_0002");
    try (WorktreeTurn reader = ask("reader", false);
        WorktreeTurn elsewhere = WorktreeTurn.tryChanging(other, "gc").orElseThrow()) {
      reader.granted().join().keepOthersOut();
      elsewhere.keepOthersOut();
    }
    // Giving one up must not have given up the other: a process has its locks by file.
    assertThat(WorktreeTurn.tryChanging(worktree, "gc")).isEmpty();
    holder.getOutputStream().close();
    assertThat(holder.waitFor()).isZero();
    WorktreeTurn.tryChanging(worktree, "gc").orElseThrow().close();
  }

  @Test
  void locksOfTwoWorktreesOfARunStandApart() throws Exception {
    Worktree other = worktree("run_20261122_143201_4f9c1a_call_0002");
    WorktreeTurn mine = ask("mine", true);
    mine.granted().join().keepOthersOut();
    WorktreeTurn another = WorktreeTurn.request(other, "other", true);
    another.granted().join().keepOthersOut();
    another.close();

    Process waiting = start("changing");
    assertThat(waiting.waitFor(500, java.util.concurrent.TimeUnit.MILLISECONDS)).isFalse();
    assertThat(waiting.getInputStream().available()).as("not in while mine lasts").isZero();
    mine.close();
    assertThat(firstLine(waiting)).isEqualTo("in");
    waiting.destroyForcibly().waitFor();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "link"})
  void whatIsInThePlaceOfTheLockFileIsNotOpened(String planted) throws Exception {
    Path file = directory.resolve("worktrees.lock");
    if (planted.equals("link")) {
      Files.createSymbolicLink(file, directory.resolve("beyond"));
    } else {
      assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    }
    try (WorktreeTurn turn = ask("call", true)) {
      assertThatThrownBy(() -> turn.granted().join().keepOthersOut())
          .isInstanceOf(GitException.class)
          .hasMessageContaining(
              "cannot lock " + worktree.path().resolve("../../worktrees.lock").normalize());
    }
    assertThat(directory.resolve("beyond")).doesNotExist();
  }

  @Test
  void manyAtOnceNeverMeetWhereOneChanges() {
    Random random = new Random(1);
    AtomicInteger readers = new AtomicInteger();
    AtomicInteger changers = new AtomicInteger();
    List<String> met = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      boolean changing = random.nextInt(4) == 0;
      WorktreeTurn turn = ask("call " + i, changing);
      AtomicInteger mine = changing ? changers : readers;
      all.add(
          turn.granted()
              .thenRunAsync(() -> {
                mine.incrementAndGet();
                if (changers.get() > 1 || changers.get() > 0 && readers.get() > 0) {
                  met.add("met");
                }
                Thread.yield();
                mine.decrementAndGet();
                turn.close();
              }));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();

    assertThat(met).isEmpty();
  }

  private Process holder(String how) throws IOException {
    Process process = start(how);
    assertThat(firstLine(process)).isEqualTo("in");
    return process;
  }

  private Process start(String how) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.agentworkflows.coordinator.worktree.TurnHolder",
            worktree.path().toString(),
            how)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String firstLine(Process process) throws IOException {
    return String.valueOf(
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
            .readLine());
  }
}
