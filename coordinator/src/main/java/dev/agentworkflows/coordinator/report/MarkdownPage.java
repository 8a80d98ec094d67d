package dev.agentworkflows.coordinator.report;

import java.io.IOException;
import java.util.List;

/** A page in GitHub's Markdown. */
final class MarkdownPage implements ReportPage {

  /** What has a meaning inside a line; at the start of one, only our own text stands. */
  private static final String SPECIAL = "\\`*[]#!|~$";

  private final Appendable out;

  MarkdownPage(Appendable out) {
    this.out = out;
  }

  @Override
  public void begin(String title) throws IOException {
    out.append("# ").append(escaped(title)).append("\n\n");
  }

  @Override
  public void section(String heading) throws IOException {
    out.append("## ").append(escaped(heading)).append("\n\n");
  }

  @Override
  public void paragraph(String text) throws IOException {
    // The invisible word joiner keeps "1." or "-" at the start from beginning a list.
    out.append(startsPlainly(text) ? "" : "&#x2060;").append(escaped(text)).append("\n\n");
  }

  private static boolean startsPlainly(String text) {
    return !text.isEmpty() && Character.isLetter(text.codePointAt(0));
  }

  @Override
  public void command(String command) throws IOException {
    fenced(VisibleText.line(command));
  }

  @Override
  public void facts(List<Fact> facts) throws IOException {
    for (Fact fact : facts) {
      out.append("- **").append(escaped(fact.name())).append(":** ");
      out.append(escaped(fact.value())).append('\n');
    }
    out.append('\n');
  }

  @Override
  public void table(List<String> headings) throws IOException {
    row(headings);
    out.append("| --- ".repeat(headings.size())).append("|\n");
  }

  @Override
  public void row(List<String> cells) throws IOException {
    for (String cell : cells) {
      out.append("| ").append(escaped(cell)).append(' ');
    }
    out.append("|\n");
  }

  @Override
  public void endTable() throws IOException {
    out.append('\n');
  }

  @Override
  public void block(String caption, String text) throws IOException {
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

  @Override
  public void end() {}

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
