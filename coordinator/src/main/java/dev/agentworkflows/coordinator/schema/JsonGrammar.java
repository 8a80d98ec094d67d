package dev.agentworkflows.coordinator.schema;

/**
 * Recognizes JSON in the middle of a text, without building anything and without exceptions.
 *
 * <p>For one thread. After each attempt {@link #at()} is behind the value, or, when there was none,
 * where the search for the next may go on: never behind anything that could be the start of one.
 * Going on from there reads each character at most twice, so a search takes time linear in the
 * text.
 */
final class JsonGrammar {

  /** As deep as the coordinator reads JSON at all. */
  private static final int MAX_DEPTH = 500;

  private final String text;
  private int at;

  JsonGrammar(String text) {
    this.text = text;
  }

  int at() {
    return at;
  }

  /** Whether a JSON value starts at this position, white space before it allowed. */
  boolean valueAt(int position) {
    at = position;
    return value(0);
  }

  /** Moves behind white space; returns whether that is at or behind the position. */
  boolean onlySpaceUntil(int position) {
    skipSpace();
    return at >= position;
  }

  private boolean value(int depth) {
    skipSpace();
    return switch (peek()) {
      case '{' -> depth < MAX_DEPTH && object(depth + 1);
      case '[' -> depth < MAX_DEPTH && array(depth + 1);
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    };
  }

  private boolean object(int depth) {
    at++;
    skipSpace();
    if (accept('}')) {
      return true;
    }
    do {
      skipSpace();
      if (peek() != '"' || !string()) {
        return false;
      }
      skipSpace();
      if (!accept(':') || !value(depth)) {
        return false;
      }
      skipSpace();
    } while (accept(','));
    return accept('}');
  }

  private boolean array(int depth) {
    at++;
    skipSpace();
    if (accept(']')) {
      return true;
    }
    do {
      if (!value(depth)) {
        return false;
      }
      skipSpace();
    } while (accept(','));
    return accept(']');
  }

  private boolean string() {
    int start = at;
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return true;
      }
      if (c < ' ' || (c == '\\' && !escape())) {
        break;
      }
    }
    // What looked like a string was none: its text is prose again.
    at = start + 1;
    return false;
  }

  private boolean escape() {
    char c = peek();
    at++;
    if (c != 'u') {
      return c != END && "\"\\/bfnrt".indexOf(c) >= 0;
    }
    for (int i = 0; i < 4; i++) {
      if (Character.digit(peek(), 16) < 0 || peek() > 'f') {
        return false;
      }
      at++;
    }
    return true;
  }

  private boolean number() {
    accept('-');
    if (!accept('0') && !digits()) {
      return false;
    }
    if (accept('.') && !digits()) {
      return false;
    }
    if (accept('e') || accept('E')) {
      if (!accept('+')) {
        accept('-');
      }
      return digits();
    }
    return true;
  }

  private boolean digits() {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    return at > start;
  }

  private boolean word(String word) {
    if (!text.startsWith(word, at)) {
      return false;
    }
    at += word.length();
    return true;
  }

  private void skipSpace() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
      at++;
    }
  }

  private boolean accept(char c) {
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  /** Not a character of any JSON token: it ends every one. */
  private static final char END = '\0';

  private char peek() {
    return at < text.length() ? text.charAt(at) : END;
  }
}
