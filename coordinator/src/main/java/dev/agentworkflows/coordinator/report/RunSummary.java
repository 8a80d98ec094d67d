package dev.agentworkflows.coordinator.report;

import java.io.IOException;

/** The {@code summary.md} in a run's directory: the report's first page. */
public final class RunSummary {

  private RunSummary() {}

  /** Writes the summary; the caller buffers, encodes as UTF-8 and closes. */
  public static void write(ReportedRun run, Appendable out) throws IOException {
    ReportLayout.summary(run, new MarkdownPage(out));
  }
}
