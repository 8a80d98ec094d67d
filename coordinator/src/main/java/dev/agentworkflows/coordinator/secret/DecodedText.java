package dev.agentworkflows.coordinator.secret;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A text with its escapes undone, as JSON, URLs, HTML and source code write them, and its lines
 * joined. Each character knows which part of the original text it stands for. One decoding undoes
 * one kind of escape however often it was repeated; escapes of different kinds inside each other
 * need one decoding each.
 */
final class DecodedText {

  /** The named characters of HTML that keys and their encodings have. */
  private static final Map<String, Character> ENTITIES =
      Map.ofEntries(
          Map.entry("lt", '<'),
          Map.entry("gt", '>'),
          Map.entry("quot", '"'),
          Map.entry("apos", '\''),
          Map.entry("plus", '+'),
          Map.entry("sol", '/'),
          Map.entry("bsol", '\\'),
          Map.entry("equals", '='),
          Map.entry("lowbar", '_'),
          Map.entry("hyphen", '-'),
          Map.entry("dash", '-'),
          Map.entry("period", '.'),
          Map.entry("colon", ':'),
          Map.entry("semi", ';'),
          Map.entry("comma", ','),
          Map.entry("excl", '!'),
          Map.entry("quest", '?'),
          Map.entry("num", '#'),
          Map.entry("dollar", '$'),
          Map.entry("percnt", '%'),
          Map.entry("ast", '*'),
          Map.entry("commat", '@'),
          Map.entry("nbsp", ' '),
          Map.entry("NewLine", '\n'),
          Map.entry("Tab", '\t'));

  private static final int MAX_ENTITY = 8;

  /** Where an escape may begin, and what is left out. */
  private static final boolean[] UNDONE = new boolean[128];

  static {
    for (char c : new char[] {'\\', '%', '&', '\n', '\r'}) {
      UNDONE[c] = true;
    }
  }

  private final DecodedText source;

  /** Where in the original text this part of it begins. */
  private final int base;

  private final char[] chars;
  private final int @Nullable [] starts;
  private final int @Nullable [] ends;
  private int length;
  private boolean changed;
  private boolean afterLineBreak;

  /** A part of the text itself, nothing undone. */
  DecodedText(String text, int from, int to) {
    source = this;
    base = from;
    length = to - from;
    chars = new char[length];
    text.getChars(from, to, chars, 0);
    starts = null;
    ends = null;
  }

  private DecodedText(DecodedText source) {
    this.source = source;
    this.base = 0;
    this.chars = new char[source.length];
    this.starts = new int[source.length];
    this.ends = new int[source.length];
  }

  /** With one kind of escape undone at each place; null when there was none. */
  @Nullable DecodedText decoded() {
    if (!mayChange()) {
      return null;
    }
    DecodedText result = new DecodedText(this);
    int i = 0;
    while (i < length) {
      i =
          switch (chars[i]) {
            case '\\' -> result.backslash(i);
            case '%' -> result.percent(i);
            case '&' -> result.entity(i);
            default -> result.emit(chars[i], i, i + 1);
          };
    }
    return result.changed ? result : null;
  }

  /** Most texts have none of these: that is found out in one pass, for every text of a call. */
  private boolean mayChange() {
    for (int i = 0; i < length; i++) {
      char c = chars[i];
      if (c < UNDONE.length && UNDONE[c]) {
        return true;
      }
    }
    return false;
  }

  char[] chars() {
    return chars;
  }

  int length() {
    return length;
  }

  /** Where in the original text this character begins. */
  int start(int i) {
    return starts == null ? base + i : starts[i];
  }

  /** Where in the original text this character is over. */
  int end(int i) {
    return ends == null ? base + i + 1 : ends[i];
  }

  @Override
  public String toString() {
    return new String(chars, 0, length);
  }

  /** Takes a character over; returns where to go on. Line breaks and indentation are left out. */
  private int emit(char c, int from, int to) {
    changed |= to - from > 1;
    if (c == '\n' || c == '\r') {
      afterLineBreak = true;
      changed = true;
    } else if (!afterLineBreak || (c != ' ' && c != '\t')) {
      afterLineBreak = false;
      append(c, from, to);
    }
    return to;
  }

  private void append(char c, int from, int to) {
    if (starts == null || ends == null) {
      throw new IllegalStateException("the text itself is not written to");
    }
    chars[length] = c;
    starts[length] = source.start(from);
    ends[length] = source.end(to - 1);
    length++;
  }

  /** Backslashes that follow each other are one escape that was escaped again. */
  private int backslash(int from) {
    int at = from;
    while (at < source.length && source.chars[at] == '\\') {
      at++;
    }
    changed = true;
    if (at == source.length) {
      return at;
    }
    char c = source.chars[at];
    int digits = c == 'u' || c == 'U' ? (c == 'u' ? 4 : 8) : c == 'x' ? 2 : 0;
    int code = digits == 0 ? -1 : number(at + 1, digits);
    if (code >= 0 && code <= Character.MAX_VALUE) {
      return emit((char) code, from, at + 1 + digits);
    }
    return emit(c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c, from, at + 1);
  }

  /** A percent sign may be escaped again, which makes it {@code %25}. */
  private int percent(int from) {
    int at = from + 1;
    while (number(at, 2) == 0x25 && number(at + 2, 2) >= 0) {
      at += 2;
    }
    int first = number(at, 2);
    if (first < 0) {
      return emit('%', from, from + 1);
    }
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    int code = more == 0 ? first : first & (0x3f >> more);
    int end = at + 2;
    for (int i = 0; i < more; i++) {
      int next = continuation(end);
      if (next < 0) {
        return emit((char) first, from, at + 2);
      }
      code = code << 6 | (next & 0x3f);
      end = afterContinuation(end);
    }
    return code <= Character.MAX_VALUE
        ? emit((char) code, from, end)
        : emit((char) first, from, at + 2);
  }

  private int continuation(int at) {
    if (at >= source.length || source.chars[at] != '%') {
      return -1;
    }
    int value = number(afterContinuation(at) - 2, 2);
    return value >= 0x80 && value < 0xc0 ? value : -1;
  }

  private int afterContinuation(int at) {
    int digits = at + 1;
    while (number(digits, 2) == 0x25 && number(digits + 2, 2) >= 0) {
      digits += 2;
    }
    return digits + 2;
  }

  /** An ampersand may be escaped again, which makes it {@code &amp;}. */
  private int entity(int from) {
    int at = from + 1;
    while (matches(at, "amp;")) {
      at += 4;
    }
    int end = at;
    while (end < source.length && end - at <= MAX_ENTITY && source.chars[end] != ';') {
      end++;
    }
    if (end < source.length && end > at && source.chars[end] == ';') {
      Character named = named(new String(source.chars, at, end - at));
      if (named != null) {
        return emit(named, from, end + 1);
      }
    }
    return emit('&', from, at);
  }

  private static @Nullable Character named(String name) {
    if (name.charAt(0) != '#') {
      return ENTITIES.get(name);
    }
    boolean hex = name.length() > 1 && (name.charAt(1) == 'x' || name.charAt(1) == 'X');
    try {
      int code = Integer.parseInt(name, hex ? 2 : 1, name.length(), hex ? 16 : 10);
      return code >= 0 && code <= Character.MAX_VALUE ? (char) code : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private boolean matches(int at, String text) {
    if (at + text.length() > source.length) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (source.chars[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The hexadecimal number in so many digits; -1 when there is none. */
  private int number(int at, int digits) {
    if (at + digits > source.length) {
      return -1;
    }
    int number = 0;
    for (int i = at; i < at + digits; i++) {
      char c = source.chars[i];
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0 || number > 0x0fffffff >> 4) {
        return -1;
      }
      number = number << 4 | digit;
    }
    return number;
  }
}
