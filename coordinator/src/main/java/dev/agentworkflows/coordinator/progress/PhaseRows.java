package dev.agentworkflows.coordinator.progress;

import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.coordinator.run.RunSnapshot.Counts;
import dev.agentworkflows.coordinator.run.RunSnapshot.Phase;
import dev.agentworkflows.coordinator.text.Figures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** A bar for each phase: how its calls stand. */
final class PhaseRows {

  private static final int WIDEST_NAME = 24;
  private static final int NARROWEST_BAR = 6;

  private final RunSnapshot run;
  private final int columns;
  private final boolean colours;

  PhaseRows(RunSnapshot run, int columns, boolean colours) {
    this.run = run;
    this.columns = columns;
    this.colours = colours;
  }

  /** At most so many lines. */
  List<String> lines(int most) {
    List<Phase> shown = chosen(most);
    int hidden = run.phases().size() - shown.size();
    int name =
        shown.stream()
            .mapToInt(phase -> Columns.of(Columns.fit(name(phase), WIDEST_NAME)))
            .max()
            .orElse(0);
    int figures = shown.stream().mapToInt(phase -> figures(phase).length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (Phase phase : shown) {
      lines.add(line(phase, Math.min(name, columns / 3), figures));
    }
    if (hidden > 0 && lines.size() > 1) {
      String last = " and " + Figures.count(hidden + 1, "more phase");
      lines.set(lines.size() - 1, new Line(columns, colours).add(last, Ink.FAINT).toString());
    }
    return lines;
  }

  /** Those that have calls in flight, then the latest of the others; in their own order. */
  private List<Phase> chosen(int most) {
    List<Phase> phases = run.phases();
    if (phases.size() <= most) {
      return phases;
    }
    List<Phase> ranked = new ArrayList<>(phases);
    Collections.reverse(ranked);
    ranked.sort(Comparator.comparingInt(this::rank));
    List<Phase> kept = ranked.subList(0, Math.max(0, most));
    return phases.stream().filter(kept::contains).toList();
  }

  private int rank(Phase phase) {
    if (phase.calls().inFlight() > 0) {
      return 0;
    }
    return phase.calls().all() > 0 ? 1 : 2;
  }

  private static String name(Phase phase) {
    return phase.name() == null ? "(no phase)" : phase.name();
  }

  private static String figures(Phase phase) {
    Counts calls = phase.calls();
    return calls.all() == 0 ? "" : Figures.number(calls.over()) + "/" + Figures.number(calls.all());
  }

  private String line(Phase phase, int nameColumns, int figureColumns) {
    Line line = new Line(columns, colours);
    boolean begun = phase.calls().all() > 0;
    line.add(" ").add(Columns.left(name(phase), nameColumns), begun ? Ink.PLAIN : Ink.FAINT);
    int bar = line.left() - figureColumns - 4;
    if (bar >= NARROWEST_BAR) {
      line.add("  ");
      bar(line, phase.calls(), bar);
    }
    return line.add("  ").add(Columns.right(figures(phase), figureColumns)).toString();
  }

  private void bar(Line line, Counts calls, int width) {
    if (calls.all() == 0) {
      line.add(String.valueOf(Ink.WAITING.cell(false)).repeat(width), Ink.WAITING);
      return;
    }
    int[] parts = {
      calls.done(),
      calls.cached(),
      calls.failed(),
      calls.cancelled(),
      calls.running(),
      calls.waiting()
    };
    Ink[] inks = {Ink.DONE, Ink.CACHED, Ink.FAILED, Ink.CANCELLED, Ink.RUNNING, Ink.WAITING};
    int[] cells = cells(parts, width);
    for (int i = 0; i < parts.length; i++) {
      if (cells[i] > 0) {
        line.add(String.valueOf(inks[i].cell(colours)).repeat(cells[i]), inks[i]);
      }
    }
  }

  /**
   * In proportion, but nothing that there is goes unseen: one failure in ten thousand has a cell.
   */
  static int[] cells(int[] parts, int width) {
    long all = 0;
    for (int part : parts) {
      all += part;
    }
    int[] cells = new int[parts.length];
    int used = 0;
    int widest = 0;
    for (int i = 0; i < parts.length; i++) {
      cells[i] = parts[i] == 0 ? 0 : (int) Math.max(1, parts[i] * (long) width / all);
      used += cells[i];
      widest = parts[i] > parts[widest] ? i : widest;
    }
    cells[widest] += width - used;
    return cells;
  }
}
