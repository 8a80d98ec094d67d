package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What people are told about a write that failed. */
final class Failures {
  private Failures() {}

  /** The failure of a write that must fail; waits for it. */
  static StoreException of(CompletableFuture<Void> write) {
    Throwable thrown = catchThrowable(() -> write.orTimeout(30, TimeUnit.SECONDS).join());
    assertThat(thrown).hasCauseInstanceOf(StoreException.class);
    return (StoreException) Objects.requireNonNull(thrown.getCause());
  }
}
