package dev.agentworkflows.coordinator.report;

import java.io.IOException;
import java.util.List;

/**
 * A page that a report is written on, from top to bottom. All texts are plain and may be hostile:
 * the page escapes them in its own way.
 */
interface ReportPage {

  void begin(String title) throws IOException;

  void section(String heading) throws IOException;

  void paragraph(String text) throws IOException;

  /** Something to be typed into a terminal. */
  void command(String command) throws IOException;

  /** Names with their values, one below the other. */
  void facts(List<Fact> facts) throws IOException;

  /** Begins a table; only {@link #row} may follow until {@link #endTable}. */
  void table(List<String> headings) throws IOException;

  void row(List<String> cells) throws IOException;

  void endTable() throws IOException;

  /** A text of several lines as it is, under a caption; cut where it is long. */
  void block(String caption, String text) throws IOException;

  void end() throws IOException;

  record Fact(String name, String value) {}
}
