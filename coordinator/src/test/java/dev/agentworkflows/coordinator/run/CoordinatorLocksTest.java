package dev.agentworkflows.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.testing.TestHome;
import dev.agentworkflows.store.JobBudget;
import dev.agentworkflows.store.RunBudget;
import dev.agentworkflows.store.RunError;
import dev.agentworkflows.store.RunLineage;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunScript;
import dev.agentworkflows.store.RunSettings;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunTimes;
import dev.agentworkflows.store.Store;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoordinatorLocksTest {

  @TempDir private Path directory;

  private static RunRecord running(String id, String owner) {
    Instant now = Instant.parse("2026-11-22T14:32:01Z");
    return new RunRecord(
        id,
        RunStatus.RUNNING,
        new RunScript("/s.py", "00", null, null, "{}"),
        new RunSettings("{}", "fake", null, "auto", "/", 600, null),
        new RunLineage(null, null, 1),
        new RunBudget(null, 0, null, BigDecimal.ZERO, JobBudget.NEW),
        new RunTimes(now, now, null),
        RunError.NONE,
        "/runs/" + id,
        owner);
  }

  @Test
  void aRunWhoseOwnerIsGoneIsInterruptedAndOneWhoseOwnerLivesIsNot() {
    WorkflowHome home = TestHome.at(directory);
    try (Store store = Store.open(home.database());
        CoordinatorLocks.Owner alive = CoordinatorLocks.enter(home)) {
      store.writer().addRun(running("run_20261122_143201_000001", "4711-gone")).join();
      store.writer().addRun(running("run_20261122_143201_000002", alive.name())).join();
      CoordinatorLocks.markOrphanedRunsInterrupted(home, store, Clock.systemUTC());
      assertThat(store.reader().run("run_20261122_143201_000001").orElseThrow().status())
          .isEqualTo(RunStatus.INTERRUPTED);
      assertThat(store.reader().run("run_20261122_143201_000002").orElseThrow().status())
          .isEqualTo(RunStatus.RUNNING);
    }
  }

  @Test
  void lookingAtTheHomeDoesNotCostThisProcessItsLock() {
    WorkflowHome home = TestHome.at(directory);
    try (Store store = Store.open(home.database());
        CoordinatorLocks.Owner alive = CoordinatorLocks.enter(home)) {
      store.writer().addRun(running("run_20261122_143201_000002", alive.name())).join();
      for (int look = 0; look < 3; look++) {
        CoordinatorLocks.markOrphanedRunsInterrupted(home, store, Clock.systemUTC());
      }
      assertThat(store.reader().latestRun().orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
    }
  }

  @Test
  void manyThreadsMayLookAtOneDeadOwner() throws Exception {
    WorkflowHome home = TestHome.at(directory);
    Files.createDirectories(home.owners());
    int crowd = 8;
    ExecutorService threads = Executors.newFixedThreadPool(crowd);
    try (Store store = Store.open(home.database())) {
      for (int round = 0; round < 50; round++) {
        String id = "run_20261122_143201_%06d".formatted(round);
        Files.createFile(home.owners().resolve("4711-gone" + round));
        store.writer().addRun(running(id, "4711-gone" + round)).join();
        Callable<Void> look =
            () -> {
              CoordinatorLocks.markOrphanedRunsInterrupted(home, store, Clock.systemUTC());
              return null;
            };
        for (Future<Void> looked : threads.invokeAll(Collections.nCopies(crowd, look))) {
          looked.get();
        }
        assertThat(store.reader().run(id).orElseThrow().status()).isEqualTo(RunStatus.INTERRUPTED);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
