package dev.agentworkflows.coordinator.text;

/**
 * Text from scripts and models, made harmless for a terminal and a page: what would act is shown.
 *
 * <p>Control characters (and so ANSI escapes) become their pictures, such as {@code ␛};
 * bidirectional overrides, lone surrogates and noncharacters become {@code \\uXXXX}.
 */
public final class VisibleText {

  /** Longer texts are cut, with a note of their length. */
  public static final int MAX_BLOCK = 2_000;

  private static final int MAX_LINE = 300;

  private VisibleText() {}

  /** The text on one line, line ends shown as {@code ↵}; cut after 300 characters. */
  public static String line(String text) {
    return line(text, MAX_LINE);
  }

  /** As {@link #line(String)}, but cut after so many characters. */
  public static String line(String text, int longest) {
    return visible(cut(text, longest), false) + (text.length() > longest ? "…" : "");
  }

  /** The whole text with its lines and tabs. */
  public static String uncut(String text) {
    return visible(text, true);
  }

  /** The text with its lines and tabs; cut after 2,000 characters, which {@link #isCut} tells. */
  public static String block(String text) {
    return block(text, MAX_BLOCK);
  }

  /** As {@link #block(String)}, cut somewhere else. */
  public static String block(String text, int longest) {
    return visible(cut(text, longest), true);
  }

  public static boolean isCut(String text) {
    return text.length() > MAX_BLOCK;
  }

  private static String cut(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    boolean inPair = Character.isHighSurrogate(text.charAt(longest - 1));
    return text.substring(0, inPair ? longest - 1 : longest);
  }

  private static String visible(String text, boolean lines) {
    if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
      return text;
    }
    String source = text.replace("\r\n", "\n");
    StringBuilder shown = new StringBuilder(source.length());
    source
        .codePoints()
        .forEach(c -> {
          if (c == '\n') {
            shown.append(lines ? "\n" : "↵");
          } else if (c == '\t') {
            shown.append(lines ? "\t" : " ");
          } else if (c < ' ') {
            shown.append((char) (0x2400 + c));
          } else if (c == 0x7f) {
            shown.append('␡');
          } else if (acts(c)) {
            shown.append(String.format("\\u%04x", c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown.toString();
  }

  private static boolean acts(int c) {
    return (c >= 0x80 && c <= 0x9f)
        || c == 0x061c
        || c == 0x200e
        || c == 0x200f
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0xfeff
        || (c & 0xfffe) == 0xfffe
        || Character.getType(c) == Character.SURROGATE;
  }
}
