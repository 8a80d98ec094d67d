package dev.agentworkflows.coordinator.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.limit.ConcurrencyLimiter.Permit;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ConcurrencyLimiterTest {

  private final VirtualTime time = new VirtualTime();
  private final ConcurrencyLimiter permits = new ConcurrencyLimiter(time::after);

  @Test
  void noMoreThanTheLimitAreOutAndTheNextComesInOrder() {
    CompletableFuture<Permit> first = permits.acquire("claude", 2, "run");
    CompletableFuture<Permit> second = permits.acquire("claude", 2, "run");
    CompletableFuture<Permit> third = permits.acquire("claude", 2, "run");
    CompletableFuture<Permit> fourth = permits.acquire("claude", 2, "run");
    assertThat(first).isDone();
    assertThat(second).isDone();
    assertThat(third).isNotDone();
    second.join().release();
    assertThat(third).isDone();
    assertThat(fourth).isNotDone();
  }

  @Test
  void oneProviderDoesNotWaitForAnother() {
    permits.acquire("claude", 1, "run");
    assertThat(permits.acquire("codex", 1, "run")).isDone();
  }

  @Test
  void aPermitPassesByThoseThatNoLongerWantIt() {
    CompletableFuture<Permit> out = permits.acquire("claude", 1, "run");
    CompletableFuture<Permit> gaveUp = permits.acquire("claude", 1, "run");
    CompletableFuture<Permit> waiting = permits.acquire("claude", 1, "run");
    gaveUp.cancel(false);
    out.join().release();
    assertThat(waiting).isDone();
    waiting.join().release();
    assertThat(permits.acquire("claude", 1, "run")).isDone();
  }

  @Test
  void withoutALimitNobodyWaits() {
    for (int i = 0; i < 1000; i++) {
      assertThat(permits.acquire("fake", 0, "run")).isDone();
    }
  }

  @Test
  void runsTakeTurnsSoThatOneWithManyCallsDoesNotKeepAnotherWaiting() {
    Permit out = permits.acquire("claude", 1, "many").join();
    CompletableFuture<Permit> ofMany = permits.acquire("claude", 1, "many");
    CompletableFuture<Permit> nextOfMany = permits.acquire("claude", 1, "many");
    CompletableFuture<Permit> ofFew = permits.acquire("claude", 1, "few");
    out.release();
    assertThat(ofMany).isDone();
    ofMany.join().release();
    assertThat(ofFew).isDone();
    assertThat(nextOfMany).isNotDone();
    ofFew.join().release();
    assertThat(nextOfMany).isDone();
  }
}
