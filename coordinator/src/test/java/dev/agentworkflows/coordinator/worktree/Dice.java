package dev.agentworkflows.coordinator.worktree;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Random names and contents, as words and commands for sh. */
final class Dice {

  private static final List<String> TRACKED =
      List.of(
          "a.txt",
          "b.txt",
          "sub/c.txt",
          "sub/more/d.txt",
          "run.sh",
          "image.bin",
          "Docs/README.md",
          "crlf.txt",
          "mixed.txt",
          "long.txt",
          "empty",
          "link",
          "latin1.txt");

  private static final List<String> NAMES =
      List.of(
          "new.txt",
          "n2",
          "two words.txt",
          "line\nbreak",
          "tab\there",
          "quotes\"and'",
          "-rf",
          "--help",
          ":colon",
          ":(top)x",
          "a:b",
          "back\\slash",
          "*.txt",
          "[a]",
          "?",
          "!bang",
          "#hash",
          " leading",
          "trailing ",
          "trailing.",
          "$HOME",
          "`id`",
          "%s",
          "caf\u00c3\u00a9",
          "cafe\u00cc\u0081",
          "\u00e6\u0097\u00a5\u00e6\u009c\u00ac",
          "\u001b[31m",
          "\u0001",
          "..x",
          "...",
          ".gitx",
          "con",
          "n".repeat(255));

  private static final List<String> RAW_NAMES =
      List.of("\u00ff\u00fe.bin", "caf\u00e9", "\u00c3", "a\u0080b", "\u00ed\u00b2\u0080");

  private static final List<String> DIRECTORIES =
      List.of("", "", "", "sub/", "fresh/", "fresh/er/", "Docs/");

  final Random random;
  private int texts;

  Dice(Random random) {
    this.random = random;
  }

  <T> T of(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  @SafeVarargs
  final <T> T any(T... values) {
    return values[random.nextInt(values.length)];
  }

  boolean in(int n) {
    return random.nextInt(n) == 0;
  }

  /** A file of the base. */
  String tracked() {
    return quoted(of(TRACKED));
  }

  /** A new file, its directory made. */
  String fresh() {
    return fresh(of(NAMES));
  }

  /** The same with a name that is no UTF-8. */
  String freshRaw() {
    return fresh(of(RAW_NAMES));
  }

  private String fresh(String name) {
    String directory = of(DIRECTORIES);
    return quoted("./" + directory + name);
  }

  static String quoted(String name) {
    return "'" + name.replace("'", "'\\''") + "'";
  }

  /** Never the same twice. */
  String text() {
    return "t" + texts++ + "_" + random.nextInt(1_000_000);
  }

  /** A command that writes a file's content. */
  String content() {
    String text = text();
    return switch (random.nextInt(12)) {
      case 0 -> "printf '" + text + "\\r\\nsecond\\r\\n'";
      case 1 -> "printf '" + text + "\\nsecond\\r\\nthird\\n'";
      case 2 -> "printf '" + text + "'";
      case 3 -> "printf '\\000\\001" + text + "\\377\\000'";
      case 4 -> "printf '\\377\\376" + utf16(text) + "\\n\\000'";
      case 5 -> "printf '" + text + "\\351\\n'";
      case 6 -> "printf '\\357\\273\\277" + text + "\\n'";
      case 7 -> "printf '$Id$ " + text + "\\n$Id: 0123 $\\n'";
      case 8 -> "{ printf " + text + "; head -c 70000 /dev/zero | tr '\\0' x; }";
      case 9 -> "printf 'pointer " + text + "\\n'";
      case 10 -> "printf '" + text + " \\t \\n\\n\\n'";
      default -> "printf '" + text + "\\nsecond\\n'";
    };
  }

  private static String utf16(String text) {
    StringBuilder octal = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_16LE)) {
      octal.append("\\%03o".formatted(b));
    }
    return octal.toString();
  }
}
