package dev.agentworkflows.coordinator.progress;

/** What a piece of a line looks like where there are colours: one of the sixteen, or a weight. */
enum Ink {
  PLAIN("", ' '),
  STRONG("1", ' '),
  FAINT("2", ' '),
  TROUBLE("33", ' '),
  DONE("32", '█'),
  CACHED("36", '▓'),
  FAILED("31", '✗'),
  CANCELLED("35", '○'),
  RUNNING("33", '▒'),
  WAITING("2", '·');

  private static final char BAR = '━';

  private final String code;
  private final char pattern;

  Ink(String code, char pattern) {
    this.code = code;
    this.pattern = pattern;
  }

  String paint(String text, boolean colours) {
    return colours && !code.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** What a bar is made of: colours tell its parts apart, or patterns do. */
  char cell(boolean colours) {
    return colours && this != WAITING ? BAR : pattern;
  }
}
