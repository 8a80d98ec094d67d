package dev.agentworkflows.adapter.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Values as {@code codex -c} reads them. */
final class Toml {

  private Toml() {}

  /** A basic string on one line. Half a surrogate pair, which TOML can't say, becomes U+FFFD. */
  static String string(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> append(quoted, c));
    return quoted.append('"').toString();
  }

  private static void append(StringBuilder quoted, int c) {
    if (c == '"' || c == '\\') {
      quoted.append('\\').appendCodePoint(c);
    } else if (c < ' ' || c == 0x7f) {
      quoted.append("\\u%04x".formatted(c));
    } else {
      boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      quoted.appendCodePoint(half ? 0xfffd : c);
    }
  }

  static String list(List<String> texts) {
    return texts.stream().map(Toml::string).collect(Collectors.joining(", ", "[", "]"));
  }

  /** An inline table of strings. */
  static String table(Map<String, String> texts) {
    return texts.entrySet().stream()
        .map(entry -> string(entry.getKey()) + " = " + string(entry.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
