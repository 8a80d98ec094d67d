package dev.agentworkflows.coordinator.report;

import java.io.IOException;

/** A run as one self-contained HTML file: no script, nothing loaded, light and dark. */
public final class HtmlReport {

  private HtmlReport() {}

  /**
   * Writes the report piece by piece; the caller buffers, encodes as UTF-8 and closes. Takes time
   * linear in calls and events.
   */
  public static void write(ReportedRun run, Appendable out) throws IOException {
    ReportLayout.report(run, new HtmlPage(out));
  }
}
