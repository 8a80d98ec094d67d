package dev.agentworkflows.coordinator.mcp;

import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** The requests of one client that are not answered yet, and can be cancelled. Thread-safe. */
final class RequestsInFlight {

  private static final String CANCELLED = "notifications/cancelled";

  private record Entry(Disposable.Swap work, CompletableFuture<Void> over) {}

  private final Map<Object, Entry> entries = new ConcurrentHashMap<>();

  /**
   * Begins a request.
   *
   * @return completes when it is answered, or cancelled and never answered
   */
  CompletableFuture<Void> begin(Object id, Mono<Void> work) {
    Entry entry = new Entry(Disposables.swap(), new CompletableFuture<>());
    entries.put(id, entry);
    Disposable running =
        work.doFinally(
                signal -> {
                  entries.remove(id, entry);
                  entry.over().complete(null);
                })
            .subscribe(nothing -> {}, failure -> log(failure));
    entry.work().update(running);
    return entry.over();
  }

  private static void log(Throwable failure) {
    System.getLogger(RequestsInFlight.class.getName())
        .log(System.Logger.Level.WARNING, "a request could not be answered: {0}", failure);
  }

  /** Cancels the request that a notification names. Gives false for any other notification. */
  boolean cancelledBy(JSONRPCNotification notification) {
    if (!notification.method().equals(CANCELLED)) {
      return false;
    }
    Entry entry =
        notification.params() instanceof Map<?, ?> params ? find(params.get("requestId")) : null;
    if (entry != null) {
      entry.work().dispose();
    }
    return true;
  }

  private @Nullable Entry find(@Nullable Object id) {
    return id == null ? null : entries.get(id);
  }

  int size() {
    return entries.size();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Waits until all are answered, but not longer. */
  void await(Duration patience) {
    try {
      CompletableFuture.allOf(
              entries.values().stream().map(Entry::over).toArray(CompletableFuture<?>[]::new))
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Whoever asked is gone.
    }
  }
}
