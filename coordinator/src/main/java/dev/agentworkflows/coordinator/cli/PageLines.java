package dev.agentworkflows.coordinator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A page of text being set for a terminal of 80 columns. Not thread-safe. */
final class PageLines {

  private static final int WIDTH = 80;
  private static final String MARGIN = "  ";
  private static final String HANGING = "      ";

  private final List<String> lines = new ArrayList<>();
  private boolean afterParagraph;

  PageLines heading(String text) {
    if (!lines.isEmpty()) {
      lines.add("");
    }
    lines.add(text.toUpperCase(Locale.ROOT));
    afterParagraph = false;
    return this;
  }

  PageLines text(String text) {
    wrap(MARGIN, MARGIN, text);
    return this;
  }

  /** As {@link #text}, with an empty line between two of them. */
  void paragraph(String text) {
    if (afterParagraph) {
      lines.add("");
    }
    text(text);
    afterParagraph = true;
  }

  void entry(String written, String meaning) {
    lines.add(MARGIN + written);
    wrap(HANGING, HANGING, meaning);
  }

  /** A word, and what it means beside it. */
  void row(String word, int width, String meaning) {
    String margin = MARGIN + " ".repeat(width + 1);
    wrap(MARGIN + word + " ".repeat(Math.max(1, width + 1 - word.length())), margin, meaning);
  }

  /** A line that has to stay one: somebody may copy it. */
  void verbatim(String line) {
    lines.add(MARGIN + line);
  }

  void blank() {
    lines.add("");
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  private void wrap(String first, String others, String text) {
    StringBuilder line = new StringBuilder(first);
    boolean empty = true;
    for (String word : text.split(" ", -1)) {
      if (!empty && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(others);
        empty = true;
      }
      if (!empty) {
        line.append(' ');
      }
      line.append(word);
      empty = false;
    }
    lines.add(line.toString().stripTrailing());
  }
}
