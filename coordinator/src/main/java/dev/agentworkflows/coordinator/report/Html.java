package dev.agentworkflows.coordinator.report;

import org.jspecify.annotations.Nullable;

/**
 * Writes HTML that is also well-formed XML. Texts and values may be hostile: what would act in a
 * page is shown instead.
 */
public final class Html {

  private final StringBuilder out = new StringBuilder(1 << 14);

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn; an attribute without a value is left out
   */
  public Html open(String element, @Nullable String... attributes) {
    start(element, attributes);
    out.append('>');
    return this;
  }

  /** An element that can hold nothing. */
  public Html empty(String element, @Nullable String... attributes) {
    start(element, attributes);
    out.append("/>");
    return this;
  }

  private void start(String element, @Nullable String... attributes) {
    out.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      String value = attributes[i + 1];
      if (value != null) {
        out.append(' ').append(attributes[i]).append("=\"");
        escape(VisibleText.line(value));
        out.append('"');
      }
    }
  }

  public Html close(String element) {
    out.append("</").append(element).append('>');
    return this;
  }

  /** Ends a line, for people who read the source. */
  public Html newLine() {
    out.append('\n');
    return this;
  }

  /** A text on one line. */
  public Html text(String text) {
    escape(VisibleText.line(text));
    return this;
  }

  /** An element that holds nothing but a text on one line. */
  public Html leaf(String element, String text, @Nullable String... attributes) {
    return open(element, attributes).text(text).close(element);
  }

  /** A text with its lines, cut where it is long. */
  public Html pre(String text, int longest, @Nullable String... attributes) {
    open("pre", attributes);
    String shown = VisibleText.block(text, longest);
    // A browser drops a line end that comes first.
    out.append(shown.startsWith("\n") ? "\n" : "");
    escape(shown);
    return close("pre").newLine();
  }

  /** A text with its lines that is visible already. */
  Html lines(String visible) {
    escape(visible);
    return this;
  }

  /** A text that is ours and holds no mark of HTML's: numbers of a drawing, a style. */
  Html raw(String ours) {
    out.append(ours);
    return this;
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        default -> out.append(c);
      }
    }
  }

  /** What was written. */
  @Override
  public String toString() {
    return out.toString();
  }
}
