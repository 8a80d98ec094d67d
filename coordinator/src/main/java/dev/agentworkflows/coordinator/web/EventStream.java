package dev.agentworkflows.coordinator.web;

import com.sun.net.httpserver.HttpExchange;
import dev.agentworkflows.coordinator.http.ServerSentEvents;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events on one response: whatever changed, as soon as it is seen. Blocks its thread
 * until the reader is gone, the source has no more to tell, or the view is closed.
 */
final class EventStream {

  private static final long MIN_MILLIS = 400;

  /** Looking must not be what the machine does most of. */
  private static final int REST = 8;

  /** A reader that is gone shows when something is written, and one that waits sees that we are. */
  private static final long MAX_SILENCE_MILLIS = 8_000;

  /** What a feed tells. */
  interface Source {
    /** A JSON document of what changed since the last time; null when nothing did. */
    @Nullable String next();

    /** Whether there will be nothing more. */
    boolean ended();
  }

  private final HttpExchange exchange;
  private final CountDownLatch closing;
  private final long maxSilenceMillis;
  private long lastWritten = System.nanoTime();

  /**
   * @param closing open until the view is closed
   */
  EventStream(HttpExchange exchange, CountDownLatch closing) {
    this(exchange, closing, MAX_SILENCE_MILLIS);
  }

  EventStream(HttpExchange exchange, CountDownLatch closing, long maxSilenceMillis) {
    this.exchange = exchange;
    this.closing = closing;
    this.maxSilenceMillis = maxSilenceMillis;
  }

  void stream(Source source) throws IOException, InterruptedException {
    try (ServerSentEvents out = ServerSentEvents.begin(exchange)) {
      while (true) {
        long began = System.nanoTime();
        String news = next(source, out);
        if (news != null) {
          out.data(news);
          lastWritten = System.nanoTime();
        }
        if (source.ended()) {
          out.event("end", "{}");
          return;
        }
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        if (!rest(out, Math.max(MIN_MILLIS, took * REST))) {
          return;
        }
      }
    }
  }

  /** Polls the source, which takes a while where a run is long, and keeps the connection alive. */
  private @Nullable String next(Source source, ServerSentEvents out)
      throws IOException, InterruptedException {
    FutureTask<@Nullable String> poll = new FutureTask<>(source::next);
    Thread polling = new Thread(poll, "owf-feed-poll");
    polling.setDaemon(true);
    polling.start();
    while (true) {
      try {
        return poll.get(Math.max(1, maxSilenceMillis - silentMillis()), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        stillHere(out);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException(e.getCause());
      }
    }
  }

  private long silentMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastWritten);
  }

  /** Pauses, and shows meanwhile that the connection holds; false when the view is closed. */
  private boolean rest(ServerSentEvents out, long millis) throws IOException, InterruptedException {
    long left = millis;
    while (left > 0) {
      if (silentMillis() >= maxSilenceMillis) {
        stillHere(out);
      }
      long pause = Math.min(left, Math.max(1, maxSilenceMillis - silentMillis()));
      if (closing.await(pause, TimeUnit.MILLISECONDS)) {
        return false;
      }
      left -= pause;
    }
    return true;
  }

  private void stillHere(ServerSentEvents out) throws IOException {
    out.stillHere();
    lastWritten = System.nanoTime();
  }
}
