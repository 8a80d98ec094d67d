package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.report.RunFacts.Fact;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.text.VisibleText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A page in GitHub's Markdown, written from top to bottom, that stays shorter than what GitHub
 * takes as one comment and says what it leaves out. All texts are plain and may be hostile: the
 * page takes keys out of them, cuts them, and escapes them, in this order.
 */
final class MarkdownPage {

  /** GitHub's limit for a comment, an issue or a description is one more. */
  static final int MAX_LENGTH = 65_535;

  /** Of the page; the rest of it is what redaction of the whole may add. */
  private static final int MAX_CHARACTERS = 64_000;

  /** What has a meaning inside a line; at the start of one, only our own text stands. */
  private static final String SPECIAL = "\\`*[]#!|~$";

  private final UnaryOperator<String> redaction;
  private final List<MarkdownSection> sections = new ArrayList<>();
  private MarkdownSection now = new MarkdownSection();
  private final List<MarkdownSection> first = new ArrayList<>();

  MarkdownPage(UnaryOperator<String> redaction) {
    this.redaction = redaction;
    sections.add(now);
  }

  void begin(String title) {
    now.frame("# " + escaped(title) + "\n\n");
  }

  void section(String heading) {
    now = new MarkdownSection();
    sections.add(now);
    now.frame("## " + escaped(heading) + "\n\n");
  }

  /** As {@link #section}, of what goes before everything else when there is too much. */
  void failures(String heading) {
    section(heading);
    first.add(now);
  }

  /** Says what shows all of the section, should it not fit. */
  void allIn(String pointer) {
    now.allIn(VisibleText.line(pointer));
  }

  void paragraph(String text) {
    now.frame(paragraphOf(text));
  }

  private String paragraphOf(String text) {
    // The invisible word joiner keeps "1." or "-" at the start from beginning a list.
    return (startsPlainly(text) ? "" : "&#x2060;") + escaped(text) + "\n\n";
  }

  private static boolean startsPlainly(String text) {
    return !text.isEmpty() && Character.isLetter(text.codePointAt(0));
  }

  /** Something to be typed or sent as it is. */
  void command(String command) {
    now.frame(fenced(VisibleText.line(command)));
  }

  /** Names with their values, one below the other. */
  void facts(List<Fact> facts) {
    StringBuilder list = new StringBuilder();
    for (Fact fact : facts) {
      list.append("- **").append(escaped(fact.name())).append(":** ");
      list.append(escaped(fact.value())).append('\n');
    }
    now.frame(list.append('\n').toString());
  }

  /** Begins a table; only {@link #row} may follow until {@link #endTable}. */
  void table(List<String> headings) {
    now.frame(rowOf(headings) + "| --- ".repeat(headings.size()) + "|\n");
  }

  void row(List<String> cells) {
    row(cells, false);
  }

  /**
   * A row of a table.
   *
   * @param urgent whether it tells of a failure
   */
  void row(List<String> cells, boolean urgent) {
    if (now.takes(urgent)) {
      now.piece(rowOf(cells), urgent);
    }
  }

  private String rowOf(List<String> cells) {
    StringBuilder row = new StringBuilder();
    for (String cell : cells) {
      row.append("| ").append(escaped(cell)).append(' ');
    }
    return row.append("|\n").toString();
  }

  void endTable() {
    now.frame("\n");
  }

  /** Whether more may fit into this section. */
  boolean hasRoom() {
    return now.piecesLength() < MAX_LENGTH;
  }

  /** A text of several lines as it is, under a caption; cut where it is long. */
  void block(String caption, String text) {
    if (!now.takes(false)) {
      return;
    }
    String redacted = redaction.apply(text);
    String block = "**%s**\n\n%s".formatted(escaped(caption), fenced(VisibleText.block(redacted)));
    if (VisibleText.isCut(redacted)) {
      block += paragraphOf(cutNote(redacted));
    }
    now.piece(block, false);
  }

  private static String fenced(String text) {
    String fence = "`".repeat(Math.max(3, longestRunOfBackticks(text) + 1));
    return fence + "text\n" + text + (text.endsWith("\n") ? "" : "\n") + fence + "\n\n";
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
  void link(String name, String href) {
    if (now.takes(false)) {
      now.piece("- [" + escaped(name) + "](<" + escaped(href) + ">)\n", false);
    }
  }

  /** Writes the page. */
  void writeTo(Appendable out) throws IOException {
    Map<MarkdownSection, Integer> shares = shares();
    for (MarkdownSection section : sections) {
      out.append(section.written(shares.getOrDefault(section, 0)));
    }
  }

  /**
   * Failures come first, each section of them with half of what there is; then each of the others
   * gets what it needs or, where that is too much, as much as the others.
   */
  private Map<MarkdownSection, Integer> shares() {
    Map<MarkdownSection, Integer> shares = new IdentityHashMap<>();
    int left = MAX_CHARACTERS - sections.stream().mapToInt(MarkdownSection::frameLength).sum();
    for (MarkdownSection section : first) {
      int share = Math.min(section.piecesLength(), left / 2);
      shares.put(section, share);
      left -= share;
    }
    List<MarkdownSection> others = new ArrayList<>(sections);
    others.removeIf(shares::containsKey);
    others.sort(Comparator.comparingInt(MarkdownSection::piecesLength));
    for (int i = 0; i < others.size(); i++) {
      int share = Math.min(others.get(i).piecesLength(), left / (others.size() - i));
      shares.put(others.get(i), share);
      left -= share;
    }
    return shares;
  }

  private String escaped(String text) {
    String line = VisibleText.line(redaction.apply(text));
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

  private static String cutNote(String text) {
    return "Cut: %s of %s characters are shown."
        .formatted(Figures.number(VisibleText.MAX_BLOCK), Figures.number(text.length()));
  }
}
