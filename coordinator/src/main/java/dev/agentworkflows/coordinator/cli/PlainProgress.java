package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.coordinator.shim.ScriptOutput;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.text.VisibleText;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Progress as lines one after the other: for logs, pipes, and terminals that can't be drawn on. */
final class PlainProgress extends Progress {

  /** How soon what the script tells is shown. */
  private static final Duration TURN = Duration.ofMillis(100);

  /** How often a line says how the run stands. */
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /**
   * Lines that nobody has shown yet; a script that logs faster than a screen scrolls loses some.
   */
  private static final int MAX_PENDING = 1000;

  private final Console screen;
  private final List<String> pending = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private @Nullable Thread teller;

  PlainProgress(Console screen) {
    this.screen = screen;
  }

  @Override
  void watch(Supplier<Optional<RunSnapshot>> view) {
    Thread thread = new Thread(() -> print(view), "progress");
    thread.setDaemon(true);
    thread.start();
    teller = thread;
  }

  @Override
  void line(String line) {
    synchronized (pending) {
      if (pending.size() < MAX_PENDING) {
        pending.add(line);
      }
    }
  }

  @Override
  void prompt(String text) {
    takePending().forEach(screen::note);
    screen.prompt(text);
  }

  @Override
  ScriptOutput scriptOutput() {
    return ScriptOutput.ours(false);
  }

  private void print(Supplier<Optional<RunSnapshot>> view) {
    long lastTold = System.nanoTime();
    boolean last = false;
    while (!last) {
      last = awaitEnd();
      takePending().forEach(screen::note);
      if (System.nanoTime() - lastTold >= INTERVAL.toNanos()) {
        lastTold = System.nanoTime();
        view.get().map(PlainProgress::line).ifPresent(screen::note);
      }
    }
  }

  private boolean awaitEnd() {
    try {
      return over.await(TURN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  private List<String> takePending() {
    synchronized (pending) {
      List<String> taken = List.copyOf(pending);
      pending.clear();
      return taken;
    }
  }

  /**
   * {@code [review] 12 done, 3 running, 4 cached, 1 failed, 12,345 tokens, $0.12, 42 s}; cancelled
   * and waiting calls where there are any.
   */
  static String line(RunSnapshot now) {
    BudgetLimits limits = now.limits();
    return "%s%s done, %s running, %s cached, %s failed%s%s, %s%s, %s%s, %s"
        .formatted(
            now.phase() == null ? "" : "[" + VisibleText.line(now.phase()) + "] ",
            Figures.number(now.calls().done()),
            Figures.number(now.calls().inFlight()),
            Figures.number(now.calls().cached()),
            Figures.number(now.calls().failed()),
            now.calls().cancelled() == 0
                ? ""
                : ", " + Figures.number(now.calls().cancelled()) + " cancelled",
            waiting(now),
            Figures.count(now.spent().tokens(), "token"),
            limits.totalTokens() == null ? "" : " of " + Figures.number(limits.totalTokens()),
            Figures.cost(now.spent().costUsd()),
            limits.totalCostUsd() == null ? "" : " of " + Figures.cost(limits.totalCostUsd()),
            Figures.duration(now.elapsed().truncatedTo(ChronoUnit.SECONDS)));
  }

  /** {@code , 2 waiting for a free place at openai (12 s)}. */
  private static String waiting(RunSnapshot now) {
    return now.waits().stream()
        .map(wait ->
            ", %s waiting for %s (%s)"
                .formatted(
                    Figures.number(wait.calls()),
                    VisibleText.line(wait.reason()),
                    Figures.duration(wait.longest().truncatedTo(ChronoUnit.SECONDS))))
        .collect(Collectors.joining());
  }

  @Override
  public void close() {
    over.countDown();
    try {
      if (teller != null) {
        teller.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
