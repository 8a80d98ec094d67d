package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.report.Figures;
import dev.agentworkflows.coordinator.report.VisibleText;
import dev.agentworkflows.coordinator.run.RunTally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What people see on standard error while a run goes on: one line that is drawn again and again on
 * a terminal, plain lines elsewhere, nothing where JSON is asked for.
 */
final class Progress {

  /** How often the line on a terminal is drawn. */
  private static final Duration FRAME = Duration.ofMillis(100);

  /** How often a plain line says how it stands. */
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);

  /**
   * Lines that nobody has shown yet; a script that logs faster than a screen scrolls loses some.
   */
  private static final int MOST_PENDING = 1000;

  private static final int USUAL_COLUMNS = 80;
  private static final String TO_LINE_START = "\r";
  private static final String CLEAR_LINE = "\r\u001b[K";

  private enum Style {
    SILENT,
    PLAIN,
    TERMINAL
  }

  private final Screen screen;
  private final Style style;
  private final int columns;
  private final List<String> pending = new ArrayList<>();

  private Progress(Screen screen, Style style, int columns) {
    this.screen = screen;
    this.style = style;
    this.columns = columns;
  }

  static Progress on(Screen screen, boolean json, Map<String, String> environment) {
    Style style =
        json ? Style.SILENT : Boolean.getBoolean("owf.terminal") ? Style.TERMINAL : Style.PLAIN;
    return new Progress(screen, style, columns(environment.get("COLUMNS")));
  }

  private static int columns(@Nullable String value) {
    try {
      return value == null ? USUAL_COLUMNS : Math.max(20, Integer.parseInt(value));
    } catch (NumberFormatException e) {
      return USUAL_COLUMNS;
    }
  }

  /** An event of the script; never blocks on the screen. */
  void event(String type, String message) {
    if (style != Style.SILENT) {
      synchronized (pending) {
        if (pending.size() < MOST_PENDING) {
          pending.add(type + ": " + VisibleText.line(message));
        }
      }
    }
  }

  /** Until it is closed, what happens is shown. */
  interface Watching extends AutoCloseable {
    @Override
    void close();
  }

  Watching watch(RunTally tally) {
    if (style == Style.SILENT) {
      return () -> {};
    }
    CountDownLatch over = new CountDownLatch(1);
    Thread painter = new Thread(() -> paint(tally, over), "progress");
    painter.setDaemon(true);
    painter.start();
    return () -> {
      over.countDown();
      try {
        painter.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private void paint(RunTally tally, CountDownLatch over) {
    long start = System.nanoTime();
    long lastPlain = start;
    String shown = "";
    boolean last = false;
    while (!last) {
      last = await(over);
      long now = System.nanoTime();
      List<String> lines = takePending();
      if (style == Style.TERMINAL) {
        shown =
            repaint(
                lines, last ? "" : line(tally.snapshot(), Duration.ofNanos(now - start)), shown);
      } else {
        lines.forEach(screen::note);
        if (Duration.ofNanos(now - lastPlain).compareTo(PLAIN_INTERVAL) >= 0) {
          lastPlain = now;
          screen.note(line(tally.snapshot(), Duration.ofNanos(now - start)));
        }
      }
    }
  }

  private static boolean await(CountDownLatch over) {
    try {
      return over.await(FRAME.toMillis(), TimeUnit.MILLISECONDS);
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

  private String repaint(List<String> lines, String line, String shown) {
    if (lines.isEmpty() && line.equals(shown)) {
      return shown;
    }
    StringBuilder frame = new StringBuilder(CLEAR_LINE);
    lines.forEach(text -> frame.append(text).append('\n'));
    // The cursor goes back, so that what the script prints itself starts at the left.
    frame.append(line).append(TO_LINE_START);
    screen.draw(frame.toString());
    return line;
  }

  /**
   * {@code [review] 12 done, 3 running, 4 cached, 1 failed, 12,345 tokens, $0.12, 42 s}; on a
   * terminal also what an agent says of its work.
   */
  private String line(RunTally.Snapshot now, Duration elapsed) {
    String phase = now.phase() == null ? "" : "[" + VisibleText.line(now.phase()) + "] ";
    String tokens =
        Figures.count(now.spent().tokens(), "token")
            + (now.limits().totalTokens() == null
                ? ""
                : " of " + Figures.number(now.limits().totalTokens()));
    String cost =
        Figures.cost(now.spent().costUsd())
            + (now.limits().totalCostUsd() == null
                ? ""
                : " of " + Figures.cost(now.limits().totalCostUsd()));
    String line =
        "%s%s done, %s running, %s cached, %s failed, %s, %s, %s"
            .formatted(
                phase,
                Figures.number(now.done()),
                Figures.number(now.running()),
                Figures.number(now.cached()),
                Figures.number(now.failed()),
                tokens,
                cost,
                Figures.duration(elapsed.truncatedTo(java.time.temporal.ChronoUnit.SECONDS)));
    String saying = now.saying();
    if (style == Style.TERMINAL && saying != null) {
      line += " | " + VisibleText.line(saying);
    }
    return style == Style.TERMINAL && line.length() >= columns
        ? line.substring(0, columns - 2) + "…"
        : line;
  }
}
