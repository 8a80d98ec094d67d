package dev.agentworkflows.coordinator.report;

import java.io.IOException;

/** A run as a Markdown document. */
public final class MarkdownReport {

  private MarkdownReport() {}

  /**
   * Writes the report piece by piece; the caller buffers, encodes as UTF-8 and closes. Takes time
   * linear in calls and events.
   */
  public static void write(ReportedRun run, Appendable out) throws IOException {
    ReportLayout.report(run, new MarkdownPage(out));
  }
}
