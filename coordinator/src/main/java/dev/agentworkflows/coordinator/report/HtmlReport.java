package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.Figures;
import java.io.IOException;
import java.time.Instant;

/** A run as one self-contained HTML file: no script, nothing loaded, light and dark. */
public final class HtmlReport {

  private HtmlReport() {}

  /** Writes the report with what the run's own records say. */
  public static void write(ReportedRun run, Appendable out) throws IOException {
    Instant end = run.run().times().completedAt();
    write(run, ReportSources.none(end == null ? Instant.now() : end), out);
  }

  /**
   * Writes the report; the caller encodes as UTF-8 and closes. Takes time in proportion to calls
   * and events, and room for the page, of some kilobytes for each call.
   */
  public static void write(ReportedRun run, ReportSources sources, Appendable out)
      throws IOException {
    Html html = new Html();
    begin(html, "%s: %s".formatted(run.run().script().name(), run.run().status().label()));
    html.leaf("a", "Skip to the report", "href", "#main", "class", "skip").newLine();
    Overview overview = new Overview(html, run, sources);
    overview.head();
    RunSections sections = new RunSections(run, sources, PageKind.REPORT);
    sections.contents(html);
    html.open("main", "id", "main").newLine();
    overview.tiles();
    sections.write(html);
    html.close("main").newLine();
    html.open("footer").text("Agent Workflows · " + run.run().id() + " · as of ");
    html.text(Figures.time(sources.now())).close("footer").newLine();
    html.close("body").newLine().close("html").newLine();
    out.append(html.toString());
  }

  private static void begin(Html html, String title) {
    String style = "\n" + PageStyle.sheet();
    html.raw("<!DOCTYPE html>\n").open("html", "lang", "en").newLine().open("head").newLine();
    html.empty("meta", "charset", "utf-8").newLine();
    html.empty(
            "meta",
            "http-equiv",
            "Content-Security-Policy",
            "content",
            "default-src 'none'; style-src '%s'; base-uri 'none'; form-action 'none'"
                .formatted(PageStyle.hash(style)))
        .newLine();
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
        .newLine();
    html.empty("meta", "name", "color-scheme", "content", "light dark").newLine();
    html.leaf("title", title).newLine();
    html.open("style").raw(style).close("style").newLine().close("head").newLine();
    html.open("body").newLine();
  }
}
