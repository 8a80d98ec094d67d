package dev.agentworkflows.coordinator.progress;

import dev.agentworkflows.coordinator.text.VisibleText;
import org.jline.utils.WCWidth;

/** How much room text takes on a terminal. */
final class Columns {

  private static final int EMOJI_VARIATION = 0xfe0f;

  private Columns() {}

  /**
   * How many columns the text takes at most. Terminals differ over sequences of emoji; they draw
   * them as narrow as this or narrower.
   */
  static int of(String text) {
    return text.codePoints().map(Columns::of).sum();
  }

  private static int of(int codePoint) {
    // It makes a narrow sign a wide picture where the terminal knows of it.
    return codePoint == EMOJI_VARIATION ? 1 : Math.max(0, WCWidth.wcwidth(codePoint));
  }

  /** The text on one line, harmless, in at most so many columns; an ellipsis tells of a cut. */
  static String fit(String text, int columns) {
    String line = VisibleText.line(text);
    if (of(line) <= columns) {
      return line;
    }
    StringBuilder kept = new StringBuilder();
    int room = columns - 1;
    for (int i = 0; i < line.length() && room >= 0; ) {
      int codePoint = line.codePointAt(i);
      room -= of(codePoint);
      if (room >= 0) {
        kept.appendCodePoint(codePoint);
      }
      i += Character.charCount(codePoint);
    }
    return columns < 1 ? "" : kept.append('…').toString();
  }

  /** The text in exactly so many columns, at their left. */
  static String left(String text, int columns) {
    String fitting = fit(text, columns);
    return fitting + " ".repeat(Math.max(0, columns - of(fitting)));
  }

  /** The text in exactly so many columns, at their right. */
  static String right(String text, int columns) {
    String fitting = fit(text, columns);
    return " ".repeat(Math.max(0, columns - of(fitting))) + fitting;
  }
}
