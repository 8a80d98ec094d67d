package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.VisibleText;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes HTML that is also well-formed XML. Texts and values may be hostile: what would act in a
 * page is shown instead.
 */
public final class Html {

  private final StringBuilder out = new StringBuilder(1 << 10);
  private final Set<String> links = new HashSet<>();
  private int bytes;

  /** How many bytes in UTF-8 were written. */
  int bytes() {
    return bytes;
  }

  /** Whether there is a link to this place of the page. */
  boolean linksTo(String id) {
    return links.contains("#" + id);
  }

  private Html put(String text) {
    out.append(text);
    bytes += text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A pair of surrogates is four bytes.
      bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return this;
  }

  private Html put(char c) {
    out.append(c);
    bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    return this;
  }

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn; an attribute without a value is left out
   */
  public Html open(String element, @Nullable String... attributes) {
    start(element, attributes);
    return put('>');
  }

  /** An element that can hold nothing. */
  public Html empty(String element, @Nullable String... attributes) {
    start(element, attributes);
    return put("/>");
  }

  private void start(String element, @Nullable String... attributes) {
    put('<').put(element);
    for (int i = 0; i < attributes.length; i += 2) {
      String value = attributes[i + 1];
      if (value != null) {
        put(' ').put(attributes[i] + "=\"");
        escape(VisibleText.line(value));
        put('"');
        if (value.startsWith("#")) {
          links.add(value);
        }
      }
    }
  }

  public Html close(String element) {
    return put("</").put(element).put('>');
  }

  /** Ends a line, for people who read the source. */
  public Html newLine() {
    return put('\n');
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
    put(shown.startsWith("\n") ? "\n" : "");
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
    return put(ours);
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> put("&lt;");
        case '>' -> put("&gt;");
        case '&' -> put("&amp;");
        case '"' -> put("&quot;");
        default -> put(c);
      }
    }
  }

  /** A part that was written apart. */
  Html add(Html part) {
    links.addAll(part.links);
    bytes += part.bytes;
    out.append(part.out);
    return this;
  }

  /** What was written. */
  @Override
  public String toString() {
    return out.toString();
  }
}
