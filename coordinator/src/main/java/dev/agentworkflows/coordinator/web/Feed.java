package dev.agentworkflows.coordinator.web;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events on one response: whatever changed, as soon as it is seen. Blocks its thread
 * until the reader is gone, the source has no more to tell, or the view is closed.
 */
final class Feed {

  private static final long SHORTEST_MILLIS = 400;

  /** Looking must not be what the machine does most of. */
  private static final int REST = 8;

  /** A reader that is gone shows when something is written. */
  private static final long LONGEST_SILENCE_MILLIS = 10_000;

  /** What a feed tells. */
  interface Source {
    /** A JSON document of what changed since the last time; null when nothing did. */
    @Nullable String next();

    /** Whether there will be nothing more. */
    boolean ended();
  }

  private final HttpExchange exchange;
  private final CountDownLatch closing;

  /**
   * @param closing open until the view is closed
   */
  Feed(HttpExchange exchange, CountDownLatch closing) {
    this.exchange = exchange;
    this.closing = closing;
  }

  void tell(Source source) throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      long silent = 0;
      while (true) {
        long began = System.nanoTime();
        String news = source.next();
        if (news != null) {
          write(out, "data: " + news + "\n\n");
          silent = 0;
        } else if (silent > LONGEST_SILENCE_MILLIS) {
          write(out, ": still here\n\n");
          silent = 0;
        }
        if (source.ended()) {
          write(out, "event: end\ndata: {}\n\n");
          return;
        }
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        long rest = Math.max(SHORTEST_MILLIS, took * REST);
        if (closing.await(rest, TimeUnit.MILLISECONDS)) {
          return;
        }
        silent += rest;
      }
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
