package dev.agentworkflows.coordinator.progress;

/** A line of a known width, being written from left to right; what does not fit is left out. */
final class Line {

  private final StringBuilder text = new StringBuilder();
  private final int columns;
  private final boolean colours;
  private int used;

  Line(int columns, boolean colours) {
    this.columns = columns;
    this.colours = colours;
  }

  /** Text of anybody's, cut where the line ends. */
  Line add(String piece, Ink ink) {
    String fitting = Columns.fit(piece, columns - used);
    used += Columns.of(fitting);
    text.append(ink.paint(fitting, colours));
    return this;
  }

  Line add(String piece) {
    return add(piece, Ink.PLAIN);
  }

  /** A piece that is worth nothing when it is cut: all of it, or nothing. */
  boolean addWhole(String piece, Ink ink) {
    if (Columns.of(piece) > left()) {
      return false;
    }
    add(piece, ink);
    return true;
  }

  /** The piece at the line's right end, when there is room for it. */
  Line end(String piece, Ink ink) {
    int gap = left() - Columns.of(piece);
    if (gap >= 2) {
      add(" ".repeat(gap)).add(piece, ink);
    }
    return this;
  }

  boolean colours() {
    return colours;
  }

  int left() {
    return columns - used;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
