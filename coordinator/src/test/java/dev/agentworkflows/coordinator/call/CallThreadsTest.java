package dev.agentworkflows.coordinator.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How runs share threads. */
@Timeout(20)
class CallThreadsTest {

  private final CallThreads threads = new CallThreads(Executors.newCachedThreadPool(), 16);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void close() {
    release.countDown();
    threads.close();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void oneRunLeavesThreadsForAnother() {
    AtomicInteger begun = new AtomicInteger();
    Executor greedy = threads.of("greedy");
    for (int i = 0; i < 1_000; i++) {
      greedy.execute(() -> {
        begun.incrementAndGet();
        await(release);
      });
    }
    CountDownLatch other = new CountDownLatch(1);
    threads.of("other").execute(other::countDown);
    await(other);
    assertThat(begun.get()).isLessThanOrEqualTo(8);
  }

  @Test
  void whatWaitedIsDoneInTheEnd() {
    CountDownLatch all = new CountDownLatch(2_000);
    for (int i = 0; i < 1_000; i++) {
      for (String run : List.of("a", "b")) {
        threads.of(run).execute(all::countDown);
      }
    }
    await(all);
  }

  @Test
  void aThreadThatEndsWithAnErrorIsGivenBack() {
    List<CountDownLatch> ends = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      CountDownLatch end = new CountDownLatch(1);
      ends.add(end);
      threads
          .of("run")
          .execute(() -> {
            end.countDown();
            Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> {});
            throw new StackOverflowError();
          });
    }
    ends.forEach(CallThreadsTest::await);
  }
}
