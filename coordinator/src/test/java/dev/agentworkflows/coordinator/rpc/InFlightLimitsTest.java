package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InFlightLimitsTest {

  private final List<String> done = new ArrayList<>();

  private static final long PLENTY = 1L << 40;

  private final SharedMemory memory = new SharedMemory(PLENTY, PLENTY);

  private static long sized(int messages) {
    return (long) messages * InFlightLimits.MESSAGE_COST;
  }

  @Test
  void whoWaitsGoesOnWhenThereIsRoomAgain() {
    InFlightLimits limits = new InFlightLimits(memory, sized(2), 100, 100);
    limits.reserve(0);
    limits.onAvailable(() -> done.add("first"));
    limits.reserve(100);
    limits.onAvailable(() -> done.add("second"));
    limits.onAvailable(() -> done.add("third"));
    assertThat(done).containsExactly("first");
    limits.release(100);
    assertThat(done).containsExactly("first", "second", "third");
    limits.release(0);
    assertThat(done).as("once each").hasSize(3);
  }

  @Test
  void emptyMessagesCostWhatTheyTakeInside() {
    InFlightLimits limits = new InFlightLimits(memory, sized(1_000), 100, 100);
    for (int i = 0; i < 1_000; i++) {
      limits.reserve(0);
    }
    limits.onAvailable(() -> done.add("too early"));
    assertThat(done).isEmpty();
  }

  @Test
  void callsOfARunAndItsChildrenAreCountedTogether() {
    InFlightLimits limits = new InFlightLimits(memory, PLENTY, 2, 100);
    limits.callStarted();
    limits.onAvailable(() -> done.add("first"));
    limits.callStarted();
    limits.onAvailable(() -> done.add("second"));
    assertThat(done).containsExactly("first");
    limits.callEnded();
    assertThat(done).containsExactly("first", "second");
  }

  @Test
  void streamsOfARunAreCounted() {
    InFlightLimits limits = new InFlightLimits(memory, PLENTY, 100, 2);
    assertThat(limits.openStream()).isTrue();
    assertThat(limits.openStream()).isTrue();
    assertThat(limits.openStream()).isFalse();
    limits.closeStream();
    assertThat(limits.openStream()).isTrue();
  }

  @Test
  void oneRunLeavesMemoryForTheNext() {
    SharedMemory small = new SharedMemory(sized(10), sized(10));
    InFlightLimits greedy = new InFlightLimits(small, PLENTY, 100, 100);
    for (int i = 0; i < 9; i++) {
      greedy.reserve(0);
    }
    greedy.onAvailable(() -> done.add("greedy"));
    InFlightLimits modest = new InFlightLimits(small, PLENTY, 100, 100);
    modest.onAvailable(() -> done.add("modest"));
    assertThat(done).containsExactly("modest");
    for (int i = 0; i < 6; i++) {
      greedy.release(0);
    }
    assertThat(done).containsExactly("modest", "greedy");
  }

  @Test
  void whoWaitsForOthersGoesOnWhenTheyGiveBack() {
    SharedMemory small = new SharedMemory(sized(10), sized(10));
    InFlightLimits one = new InFlightLimits(small, PLENTY, 100, 100);
    InFlightLimits other = new InFlightLimits(small, PLENTY, 100, 100);
    for (int i = 0; i < 4; i++) {
      one.reserve(0);
      other.reserve(0);
    }
    other.onAvailable(() -> done.add("other"));
    assertThat(done).isEmpty();
    for (int i = 0; i < 4; i++) {
      one.release(0);
    }
    assertThat(done).containsExactly("other");
  }

  @Test
  void fourTimesAsMuchIsKeptAndOneMore() {
    InFlightLimits limits = new InFlightLimits(memory, sized(10), 100, 100);
    for (int i = 0; i < 41; i++) {
      assertThat(limits.retain(0)).as("message %d", i).isTrue();
    }
    assertThat(limits.retain(0)).isFalse();
    for (int i = 0; i < 5; i++) {
      limits.drop(0);
    }
    assertThat(limits.retain(0)).isTrue();
  }

  @Test
  void nobodyIsForgottenWhenManyGiveAndWaitAtOnce() throws Exception {
    SharedMemory small = new SharedMemory(sized(4), PLENTY);
    int rounds = 20_000;
    CountDownLatch all = new CountDownLatch(4 * rounds);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      InFlightLimits limits = new InFlightLimits(small, PLENTY, 100, 100);
      Thread thread =
          new Thread(() -> {
            for (int round = 0; round < rounds; round++) {
              limits.reserve(0);
              limits.reserve(0);
              limits.onAvailable(all::countDown);
              limits.release(0);
              limits.release(0);
            }
          });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
