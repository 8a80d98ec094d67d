package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.report.RunFacts.Fact;
import java.io.IOException;
import java.util.List;

/**
 * A page in GitHub's Markdown, written from top to bottom. All texts are plain and may be hostile:
 * the page escapes them.
 */
final class MarkdownPage {

  /** What has a meaning inside a line; at the start of one, only our own text stands. */
  private static final String SPECIAL = "\\`*[]#!|~$";

  private final Appendable out;

  MarkdownPage(Appendable out) {
    this.out = out;
  }

  void begin(String title) throws IOException {
    out.append("# ").append(escaped(title)).append("\n\n");
  }

  void section(String heading) throws IOException {
    out.append("## ").append(escaped(heading)).append("\n\n");
  }

  void paragraph(String text) throws IOException {
    // The invisible word joiner keeps "1." or "-" at the start from beginning a list.
    out.append(startsPlainly(text) ? "" : "&#x2060;").append(escaped(text)).append("\n\n");
  }

  private static boolean startsPlainly(String text) {
    return !text.isEmpty() && Character.isLetter(text.codePointAt(0));
  }

  /** Something to be typed into a terminal. */
  void command(String command) throws IOException {
    fenced(VisibleText.line(command));
  }

  /** Names with their values, one below the other. */
  void facts(List<Fact> facts) throws IOException {
    for (Fact fact : facts) {
      out.append("- **").append(escaped(fact.name())).append(":** ");
      out.append(escaped(fact.value())).append('\n');
    }
    out.append('\n');
  }

  /** Begins a table; only {@link #row} may follow until {@link #endTable}. */
  void table(List<String> headings) throws IOException {
    row(headings);
    out.append("| --- ".repeat(headings.size())).append("|\n");
  }

  void row(List<String> cells) throws IOException {
    for (String cell : cells) {
      out.append("| ").append(escaped(cell)).append(' ');
    }
    out.append("|\n");
  }

  void endTable() throws IOException {
    out.append('\n');
  }

  /** A text of several lines as it is, under a caption; cut where it is long. */
  void block(String caption, String text) throws IOException {
    out.append("**").append(escaped(caption)).append("**\n\n");
    fenced(VisibleText.block(text));
    if (VisibleText.isCut(text)) {
      paragraph(ReportLayout.cutNote(text));
    }
  }

  private void fenced(String text) throws IOException {
    String fence = "`".repeat(Math.max(3, longestRunOfBackticks(text) + 1));
    out.append(fence).append("text\n").append(text);
    out.append(text.endsWith("\n") ? "" : "\n").append(fence).append("\n\n");
  }

  private static int longestRunOfBackticks(String text) {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < text.length(); i++) {
      run = text.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  /** A link to a file, in a list. */
  void link(String name, String href) throws IOException {
    out.append("- [").append(escaped(name)).append("](<").append(escaped(href)).append(">)\n");
  }

  private static String escaped(String text) {
    String line = VisibleText.line(text);
    StringBuilder escaped = new StringBuilder(line.length() + 16);
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      switch (c) {
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '&' -> escaped.append("&amp;");
        default -> {
          if (SPECIAL.indexOf(c) >= 0 || (c == '_' && !insideWord(line, i))) {
            escaped.append('\\');
          }
          escaped.append(c);
        }
      }
    }
    return escaped.toString();
  }

  /** An underscore inside a word means nothing, and ids are full of them. */
  private static boolean insideWord(String line, int at) {
    return at > 0
        && at < line.length() - 1
        && isAsciiWord(line.charAt(at - 1))
        && isAsciiWord(line.charAt(at + 1));
  }

  private static boolean isAsciiWord(char c) {
    return c < 0x80 && Character.isLetterOrDigit(c);
  }
}
