package dev.agentworkflows.coordinator.report;

import java.io.IOException;

/** A run as a Markdown document. */
public final class MarkdownReport {

  private MarkdownReport() {}

  /**
   * Writes the report, in less than 65,536 characters; the caller encodes as UTF-8 and closes.
   * Takes time linear in calls and events.
   */
  public static void write(ReportedRun run, Appendable out) throws IOException {
    write(run, ReportSources.none(run.run().times().createdAt()), new CommandPointers(), out);
  }

  /** As {@link #write(ReportedRun, Appendable)}, with what is known beside the run's records. */
  public static void write(
      ReportedRun run, ReportSources sources, ReportPointers pointers, Appendable out)
      throws IOException {
    MarkdownPage page = new MarkdownPage(sources::redacted);
    ReportLayout.report(run, sources, pointers, page);
    page.writeTo(out);
  }
}
