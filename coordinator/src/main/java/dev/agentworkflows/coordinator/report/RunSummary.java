package dev.agentworkflows.coordinator.report;

import java.io.IOException;

/** The {@code summary.md} in a run's directory: the report's first page. */
public final class RunSummary {

  private RunSummary() {}

  /** Writes the summary, bounded as a report; the caller encodes as UTF-8 and closes. */
  public static void write(ReportedRun run, Appendable out) throws IOException {
    MarkdownPage page = new MarkdownPage(stored -> stored);
    ReportLayout.summary(run, page);
    page.writeTo(out);
  }
}
