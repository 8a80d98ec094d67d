package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.app.script.StartedRun;
import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.text.VisibleText;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells clients that ask for it how their runs go. */
final class ProgressNotes implements AutoCloseable {

  private static final long INTERVAL_MILLIS = 500;

  /** A client may take silence for death: after so many looks without news it hears again. */
  private static final int PATIENCE = 10;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "mcp-progress");
        thread.setDaemon(true);
        return thread;
      });

  /** Until it is closed, the client hears of the run; from then on no more. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  Subscription subscribe(McpAsyncServerExchange exchange, CallToolRequest request, StartedRun run) {
    Map<String, Object> meta = request.meta();
    Object token = meta == null ? null : meta.get("progressToken");
    if (token == null) {
      return () -> {};
    }
    Reporter reporter = new Reporter(exchange, token, run);
    ScheduledFuture<?> polling =
        timer.scheduleWithFixedDelay(
            reporter::poll, INTERVAL_MILLIS / 5, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    return () -> {
      polling.cancel(false);
      reporter.close();
    };
  }

  private static final class Reporter {
    private final McpAsyncServerExchange exchange;
    private final Object token;
    private final StartedRun run;
    private @Nullable String told;
    private int silent;
    private double progress = -1;
    private boolean closed;

    Reporter(McpAsyncServerExchange exchange, Object token, StartedRun run) {
      this.exchange = exchange;
      this.token = token;
      this.run = run;
    }

    synchronized void poll() {
      String id = run.runId().isCompletedExceptionally() ? null : run.runId().getNow(null);
      RunSnapshot view = run.now().orElse(null);
      if (closed || id == null || view == null) {
        return;
      }
      String now = line(id, view);
      if (now.equals(told) && ++silent < PATIENCE) {
        return;
      }
      silent = 0;
      told = now;
      progress = next(view);
      var unused =
          exchange
              .progressNotification(
                  ProgressNotification.builder(token, progress).message(now).build())
              .subscribe(sent -> {}, failure -> closed = true);
    }

    /** Calls that have ended; between two of them a fraction, for it must grow each time. */
    private double next(RunSnapshot now) {
      int ended = now.calls().over();
      return progress < ended ? ended : progress + (Math.floor(progress) + 1 - progress) / 16;
    }

    private static String line(String id, RunSnapshot now) {
      String phase = now.phase() == null ? "" : "[" + VisibleText.line(now.phase()) + "] ";
      String saying =
          now.oldest().stream()
              .map(RunSnapshot.Out::saying)
              .filter(Objects::nonNull)
              .findFirst()
              .map(said -> " | " + VisibleText.line(said))
              .orElse("");
      return "%s: %s%s done, %s running, %s cached, %s failed, %s, %s%s"
          .formatted(
              id,
              phase,
              Figures.number(now.calls().done()),
              Figures.number(now.calls().inFlight()),
              Figures.number(now.calls().cached()),
              Figures.number(now.calls().failed()),
              Figures.count(now.spent().tokens(), "token"),
              Figures.cost(now.spent().costUsd()),
              saying);
    }

    synchronized void close() {
      closed = true;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
