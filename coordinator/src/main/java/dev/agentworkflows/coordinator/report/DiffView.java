package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.VisibleText;

/** A patch in colours; what was added and taken away is told by its first character, too. */
final class DiffView {

  /** A line for which there is a style. */
  private enum Kind {
    FILE("df"),
    HUNK("dh"),
    ADDED("da"),
    REMOVED("dr"),
    SAME("");

    private final String style;

    Kind(String style) {
      this.style = style;
    }

    static Kind of(String line, boolean inHunk) {
      if (line.startsWith("diff --git ")) {
        return FILE;
      }
      if (line.startsWith("@@")) {
        return HUNK;
      }
      if (!inHunk) {
        return FILE;
      }
      return line.startsWith("+") ? ADDED : line.startsWith("-") ? REMOVED : SAME;
    }
  }

  private DiffView() {}

  /**
   * Writes a patch.
   *
   * @param longest after so many characters it is cut; whoever calls tells where the rest is
   */
  static void write(Html html, String patch, int longest) {
    String shown = VisibleText.block(patch, longest);
    html.open("pre", "class", "diff", "tabindex", "0");
    boolean inHunk = false;
    Kind open = Kind.SAME;
    for (String line : shown.split("\n", -1)) {
      Kind kind = Kind.of(line, inHunk);
      inHunk = kind == Kind.HUNK || (inHunk && kind != Kind.FILE);
      if (kind != open) {
        close(html, open);
        if (kind != Kind.SAME) {
          html.open("span", "class", kind.style);
        }
        open = kind;
      }
      html.lines(line).newLine();
    }
    close(html, open);
    html.close("pre").newLine();
  }

  private static void close(Html html, Kind open) {
    if (open != Kind.SAME) {
      html.close("span");
    }
  }
}
