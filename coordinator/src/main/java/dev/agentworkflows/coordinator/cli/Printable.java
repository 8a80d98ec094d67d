package dev.agentworkflows.coordinator.cli;

/** Text from scripts and models, made safe for a terminal. */
final class Printable {

  private Printable() {}

  /** Tabs and line ends stay; every other control character is shown as {@code \\xNN}. */
  static String of(String text) {
    if (text.chars().noneMatch(Printable::drivesATerminal)) {
      return text;
    }
    StringBuilder printable = new StringBuilder(text.length() + 16);
    text.chars()
        .forEach(c -> {
          if (drivesATerminal(c)) {
            printable.append(String.format("\\x%02x", c));
          } else {
            printable.append((char) c);
          }
        });
    return printable.toString();
  }

  private static boolean drivesATerminal(int c) {
    return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f);
  }
}
