package dev.agentworkflows.coordinator.report;

import java.io.IOException;
import java.util.List;

/** A page in HTML that is also well-formed XML: one file, no script, nothing loaded. */
final class HtmlPage implements ReportPage {

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --line: #d1d9e0; --soft: #f6f8fa; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e6edf3; --paper: #0d1117; --line: #30363d; --soft: #161b22; }
      }
      body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: var(--ink);
        background: var(--paper); font: 16px/1.5 system-ui, sans-serif; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
      dt { font-weight: 600; }
      dd { margin: 0; overflow-wrap: anywhere; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; font-size: .9rem; }
      th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left;
        vertical-align: top; overflow-wrap: anywhere; }
      th { background: var(--soft); }
      pre { background: var(--soft); border: 1px solid var(--line); border-radius: .4rem;
        padding: .6rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
      figure { margin: 1rem 0; }
      figcaption { font-weight: 600; }
      """;

  private final Appendable out;

  HtmlPage(Appendable out) {
    this.out = out;
  }

  @Override
  public void begin(String title) throws IOException {
    out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    out.append("<meta http-equiv=\"Content-Security-Policy\"");
    out.append(" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n");
    out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    element("title", VisibleText.line(title));
    out.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n<main>\n");
    element("h1", VisibleText.line(title));
  }

  @Override
  public void section(String heading) throws IOException {
    element("h2", VisibleText.line(heading));
  }

  @Override
  public void paragraph(String text) throws IOException {
    element("p", VisibleText.line(text));
  }

  @Override
  public void command(String command) throws IOException {
    element("pre", VisibleText.line(command));
  }

  @Override
  public void facts(List<Fact> facts) throws IOException {
    out.append("<dl>\n");
    for (Fact fact : facts) {
      element("dt", VisibleText.line(fact.name()));
      element("dd", VisibleText.line(fact.value()));
    }
    out.append("</dl>\n");
  }

  @Override
  public void table(List<String> headings) throws IOException {
    out.append("<div class=\"wide\"><table>\n<thead>\n");
    cells("th", headings);
    out.append("</thead>\n<tbody>\n");
  }

  @Override
  public void row(List<String> cells) throws IOException {
    cells("td", cells);
  }

  private void cells(String name, List<String> cells) throws IOException {
    out.append("<tr>\n");
    for (String cell : cells) {
      element(name, VisibleText.line(cell));
    }
    out.append("</tr>\n");
  }

  @Override
  public void endTable() throws IOException {
    out.append("</tbody>\n</table></div>\n");
  }

  @Override
  public void block(String caption, String text) throws IOException {
    out.append("<figure>\n");
    element("figcaption", VisibleText.line(caption));
    element("pre", VisibleText.block(text));
    if (VisibleText.isCut(text)) {
      element("p", ReportLayout.cutNote(text));
    }
    out.append("</figure>\n");
  }

  @Override
  public void end() throws IOException {
    out.append("</main>\n</body>\n</html>\n");
  }

  private void element(String name, String text) throws IOException {
    out.append('<').append(name).append('>');
    // A browser drops a line end that comes first in a <pre>.
    out.append(text.startsWith("\n") ? "\n" : "");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    out.append("</").append(name).append(">\n");
  }
}
