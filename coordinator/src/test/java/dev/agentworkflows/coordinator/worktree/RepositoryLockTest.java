package dev.agentworkflows.coordinator.worktree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryLockTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir private Path directory;

  @Test
  void threadsHoldItOneAtATime() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    List<Future<?>> workers = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int i = 0; i < 4; i++) {
      workers.add(
          threads.submit(() -> {
            for (int round = 0; round < 50; round++) {
              try (RepositoryLock lock = RepositoryLock.take(directory, LONG)) {
                assertThat(inside.incrementAndGet()).as("%s", lock).isEqualTo(1);
                inside.decrementAndGet();
              }
            }
            return null;
          }));
    }
    for (Future<?> worker : workers) {
      worker.get();
    }
    threads.shutdown();
  }

  @Test
  void nothingIsKeptOfARepositoryThatNobodyUses() throws Exception {
    int before = RepositoryLock.inUse();
    try (RepositoryLock lock = RepositoryLock.take(directory, LONG)) {
      assertThat(RepositoryLock.inUse()).as("%s", lock).isEqualTo(before + 1);
      ExecutorService second = Executors.newSingleThreadExecutor();
      Future<RepositoryLock> refused =
          second.submit(() -> RepositoryLock.take(directory, Duration.ofMillis(1)));
      assertThatThrownBy(refused::get).hasCauseInstanceOf(GitException.class);
      second.shutdown();
    }
    assertThatThrownBy(() -> RepositoryLock.take(directory.resolve("missing"), LONG))
        .isInstanceOf(GitException.class);

    assertThat(RepositoryLock.inUse()).isEqualTo(before);
  }
}
