package dev.agentworkflows.coordinator.progress;

import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.coordinator.run.RunSnapshot.Counts;
import dev.agentworkflows.coordinator.text.Figures;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Draws a run that goes on, as lines for a terminal of a given size. Nothing that a script or a
 * provider wrote can act on the terminal, and no line is wider than it.
 */
public final class ProgressPage {

  /** Taller is no use: people look at the work, not at the meter. */
  private static final int MAX_ROWS = 18;

  private static final int MAX_PHASES = 6;
  private static final int MAX_CALLS = 6;
  private static final int MAX_WAITS = 2;
  private static final int WIDEST = 120;

  private final RunSnapshot run;
  private final int columns;
  private final int rows;
  private final boolean colours;

  private ProgressPage(RunSnapshot run, int columns, int rows, boolean colours) {
    this.run = run;
    // The last column is left alone: what terminals do after it differs.
    this.columns = Math.max(1, Math.min(WIDEST, columns - 1));
    this.rows = Math.max(1, Math.min(MAX_ROWS, rows - 1));
    this.colours = colours;
  }

  /**
   * The run as lines, the first of them empty where there is room: there the cursor waits.
   *
   * @param columns of the terminal
   * @param rows of the terminal; one is left for what the script prints
   */
  public static List<String> lines(RunSnapshot run, int columns, int rows, boolean colours) {
    return new ProgressPage(run, columns, rows, colours).lines();
  }

  /** What matters most gets its rows first. */
  private List<String> lines() {
    int room = rows;
    List<String> totals = atMost(room, totals());
    room -= totals.size();
    List<String> money = atMost(room, money());
    room -= money.size();
    List<String> head = atMost(room, List.of(header()));
    room -= head.size();
    List<String> blank = atMost(room, List.of(""));
    room -= blank.size();
    List<String> pauses = atMost(room, pauses());
    room -= pauses.size();
    int callRows = Math.min(run.oldest().size(), MAX_CALLS);
    int phaseRows = hasPhases() ? Math.min(run.phases().size(), MAX_PHASES) : 0;
    if (callRows + phaseRows > room) {
      // Each gets its half, and what the other leaves.
      callRows = Math.min(callRows, Math.max(room / 2, room - phaseRows));
      phaseRows = Math.min(phaseRows, room - callRows);
    }
    List<String> phases = new PhaseRows(run, columns, colours).lines(phaseRows);
    return Stream.of(blank, head, phases, totals, money, pauses, calls(callRows))
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> atMost(int room, List<String> lines) {
    return lines.subList(0, Math.min(Math.max(0, room), lines.size()));
  }

  private boolean hasPhases() {
    return run.phases().stream().anyMatch(phase -> phase.name() != null);
  }

  private Line line() {
    return new Line(columns, colours);
  }

  private String header() {
    Line line = line();
    String elapsed = seconds(run.elapsed());
    int room = Math.max(8, columns - Columns.of(elapsed) - 3);
    line.add(" ").add(Columns.fit(run.name() == null ? "run" : run.name(), room), Ink.STRONG);
    line.add("  ").add(elapsed, Ink.FAINT);
    if (run.runId() != null) {
      line.end(run.runId(), Ink.FAINT);
    }
    return line.toString();
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() < 60
        ? duration.toSeconds() + " s"
        : Figures.duration(duration.truncatedTo(ChronoUnit.SECONDS));
  }

  /** The legend of the bars at once; on as many lines as it takes. */
  private List<String> totals() {
    Counts calls = run.calls();
    if (calls.all() == 0) {
      return List.of(line().add(" no calls yet", Ink.FAINT).toString());
    }
    List<Line> lines = new ArrayList<>(List.of(line()));
    count(lines, calls.done(), "done", Ink.DONE);
    count(lines, calls.cached(), "cached", Ink.CACHED);
    count(lines, calls.failed(), "failed", Ink.FAILED);
    count(lines, calls.cancelled(), "cancelled", Ink.CANCELLED);
    count(lines, calls.running(), "running", Ink.RUNNING);
    count(lines, calls.waiting(), "waiting", Ink.WAITING);
    return lines.stream().map(Line::toString).toList();
  }

  private void count(List<Line> lines, int number, String what, Ink ink) {
    if (number == 0 && ink != Ink.DONE) {
      return;
    }
    String sign = colours ? "" : ink.cell(false) + " ";
    String piece = " " + sign + Figures.number(number) + " " + what + " ";
    if (!lines.get(lines.size() - 1).addWhole(piece, ink)) {
      Line next = line();
      next.add(piece, ink);
      lines.add(next);
    }
  }

  /** On one line where both fit, else on two. */
  private List<String> money() {
    Long mostTokens = run.limits().totalTokens();
    BigDecimal mostUsd = run.limits().totalCostUsd();
    BigDecimal spent = run.spent().costUsd();
    String tokens =
        mostTokens == null
            ? Figures.count(run.spent().tokens(), "token")
            : "%s of %s"
                .formatted(
                    Figures.number(run.spent().tokens()), Figures.count(mostTokens, "token"));
    String cost =
        mostUsd == null
            ? Figures.cost(spent)
            : Figures.cost(spent) + " of " + Figures.cost(mostUsd);
    @Nullable Integer tokenShare =
        mostTokens == null
            ? null
            : percent(BigDecimal.valueOf(run.spent().tokens()), BigDecimal.valueOf(mostTokens));
    @Nullable Integer costShare = mostUsd == null ? null : percent(spent, mostUsd);
    Line line = line();
    share(line, tokens, tokenShare);
    int needed = Columns.of(cost) + (costShare == null ? 2 : 10);
    if (line.left() >= needed) {
      share(line.add("  "), cost, costShare);
      return List.of(line.toString());
    }
    Line second = line();
    share(second, cost, costShare);
    return List.of(line.toString(), second.toString());
  }

  private static void share(Line line, String text, @Nullable Integer percent) {
    line.add(" ").add(text);
    if (percent != null) {
      Ink ink = percent >= 100 ? Ink.FAILED : percent >= 80 ? Ink.TROUBLE : Ink.FAINT;
      line.addWhole(" (" + percent + " %)", ink);
    }
  }

  private static int percent(BigDecimal part, BigDecimal whole) {
    if (whole.signum() <= 0) {
      return 100;
    }
    return part.multiply(BigDecimal.valueOf(100)).divide(whole, MathContext.DECIMAL32).intValue();
  }

  private List<String> pauses() {
    List<String> lines = new ArrayList<>();
    run.pauses().stream()
        .limit(2)
        .forEach(pause ->
            lines.add(
                line()
                    .add(
                        " %s takes no calls for %s (rate limit)"
                            .formatted(pause.provider(), Figures.timeLeft(pause.left())),
                        Ink.TROUBLE)
                    .toString()));
    run.waits().stream().limit(MAX_WAITS).forEach(wait -> lines.add(waiting(wait)));
    if (run.retries() > 0) {
      String asked = run.retries() == 1 ? "1 retry" : Figures.number(run.retries()) + " retries";
      lines.add(line().add(" " + asked + " so far", Ink.TROUBLE).toString());
    }
    return lines;
  }

  private String waiting(RunSnapshot.Waiting wait) {
    String text =
        " %s %s for %s: %s"
            .formatted(
                Figures.count(wait.calls(), "call"),
                wait.calls() == 1 ? "waits" : "wait",
                wait.reason(),
                seconds(wait.longest()));
    return line().add(text, Ink.FAINT).toString();
  }

  private List<String> calls(int most) {
    List<RunSnapshot.Out> shown = run.oldest().subList(0, Math.max(0, most));
    int ageColumns = shown.stream().mapToInt(call -> seconds(call.age()).length()).max().orElse(0);
    return shown.stream().map(call -> call(call, Math.min(ageColumns, columns / 3))).toList();
  }

  private String call(RunSnapshot.Out call, int ageColumns) {
    Line line = line();
    line.add(" ").add(Columns.right(seconds(call.age()), ageColumns), Ink.RUNNING).add("  ");
    String more = call.retry() == null ? call.saying() : call.retry();
    if (more == null || line.left() < 24) {
      return line.add(call.label()).toString();
    }
    line.add(Columns.fit(call.label(), Math.max(10, line.left() / 2))).add("  ");
    return line.add(more, call.retry() == null ? Ink.FAINT : Ink.TROUBLE).toString();
  }
}
