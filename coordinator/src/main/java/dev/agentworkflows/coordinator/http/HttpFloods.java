package dev.agentworkflows.coordinator.http;

import dev.agentworkflows.coordinator.Steadily;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Says once an hour that a server of the JDK's has nearly as many connections as it takes. The
 * server itself closes further ones without a word, so that the system's list is what tells; where
 * there is none, as outside of Linux, nothing is said. Thread-safe.
 */
public final class HttpFloods implements AutoCloseable {

  private static final List<Path> LISTS =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

  /** Shorter than a silent connection may last. */
  private static final long CHECK_MILLIS = 4_000;

  private static final long QUIET_NANOS = TimeUnit.HOURS.toNanos(1);

  /** Where a line has what; proc(5). */
  private static final int LOCAL = 1;

  private static final int STATE = 3;
  private static final String ESTABLISHED = "01";

  private final String port;
  private final int limit;
  private final ScheduledThreadPoolExecutor timer;
  private boolean logged;
  private long loggedNanos;

  private HttpFloods(int port, int limit) {
    this.port = ":%04X".formatted(port);
    this.limit = limit;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "http-connections");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Watches a port until it is closed. */
  static HttpFloods watch(int port, int limit, long checkMillis) {
    HttpFloods floods = new HttpFloods(port, limit);
    if (Files.isReadable(LISTS.get(0))) {
      var unused =
          floods.timer.scheduleWithFixedDelay(
              Steadily.doing("HTTP connections", floods::check),
              checkMillis,
              checkMillis,
              TimeUnit.MILLISECONDS);
    }
    return floods;
  }

  /** Of a server with the bounds of {@link LocalHttp}. */
  public static HttpFloods watch(int port) {
    return watch(port, LocalHttp.MAX_CONNECTIONS * 3 / 4, CHECK_MILLIS);
  }

  void check() {
    long now = System.nanoTime();
    if (logged && now - loggedNanos <= QUIET_NANOS) {
      return;
    }
    long open = LISTS.stream().mapToLong(this::open).sum();
    if (open >= limit) {
      logged = true;
      loggedNanos = now;
      System.getLogger(HttpFloods.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "too many connections to port %d: %d are open, and more are refused until some end"
                      .formatted(Integer.parseInt(port.substring(1), 16), open)
                  + " (more of this is not told for an hour)");
    }
  }

  private long open(Path list) {
    try (var lines = Files.lines(list, StandardCharsets.US_ASCII)) {
      return lines.filter(this::isOpenHere).count();
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0;
    }
  }

  private boolean isOpenHere(String line) {
    String[] columns = line.strip().split("\\s+", STATE + 2);
    return columns.length > STATE
        && columns[STATE].equals(ESTABLISHED)
        && columns[LOCAL].toUpperCase(Locale.ROOT).endsWith(port);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
