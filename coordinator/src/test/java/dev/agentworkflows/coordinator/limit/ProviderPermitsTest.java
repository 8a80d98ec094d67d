package dev.agentworkflows.coordinator.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.limit.ProviderPermits.Permit;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ProviderPermitsTest {

  private final ProviderPermits permits = new ProviderPermits();

  @Test
  void noMoreThanTheLimitAreOutAndTheNextComesInOrder() {
    CompletableFuture<Permit> first = permits.acquire("claude", 2);
    CompletableFuture<Permit> second = permits.acquire("claude", 2);
    CompletableFuture<Permit> third = permits.acquire("claude", 2);
    CompletableFuture<Permit> fourth = permits.acquire("claude", 2);
    assertThat(first).isDone();
    assertThat(second).isDone();
    assertThat(third).isNotDone();
    second.join().release();
    assertThat(third).isDone();
    assertThat(fourth).isNotDone();
  }

  @Test
  void oneProviderDoesNotWaitForAnother() {
    permits.acquire("claude", 1);
    assertThat(permits.acquire("codex", 1)).isDone();
  }

  @Test
  void aPermitPassesByThoseThatNoLongerWantIt() {
    CompletableFuture<Permit> out = permits.acquire("claude", 1);
    CompletableFuture<Permit> gaveUp = permits.acquire("claude", 1);
    CompletableFuture<Permit> waiting = permits.acquire("claude", 1);
    gaveUp.cancel(false);
    out.join().release();
    assertThat(waiting).isDone();
    waiting.join().release();
    assertThat(permits.acquire("claude", 1)).isDone();
  }

  @Test
  void withoutALimitNobodyWaits() {
    for (int i = 0; i < 1000; i++) {
      assertThat(permits.acquire("fake", 0)).isDone();
    }
  }
}
