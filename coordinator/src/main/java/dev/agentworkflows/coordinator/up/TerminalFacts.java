package dev.agentworkflows.coordinator.up;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of a caller's standard streams are terminals, and how large that is.
 *
 * @param columns nothing where it is not known, as {@code rows}
 */
public record TerminalFacts(boolean input, boolean output, boolean errors, int columns, int rows) {

  private static final Pattern WORD = Pattern.compile("([01])([01])([01]):(\\d{1,5})x(\\d{1,5})");

  /** Null when a word of the protocol tells of none: {@code 111:80x24}. */
  static @Nullable TerminalFacts parse(String word) {
    Matcher parts = WORD.matcher(word);
    return parts.matches()
        ? new TerminalFacts(
            parts.group(1).equals("1"),
            parts.group(2).equals("1"),
            parts.group(3).equals("1"),
            Integer.parseInt(parts.group(4)),
            Integer.parseInt(parts.group(5)))
        : null;
  }
}
