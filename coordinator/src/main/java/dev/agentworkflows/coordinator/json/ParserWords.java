package dev.agentworkflows.coordinator.json;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JSON parser's messages in words for people. Loaded with the first text that is none. */
final class ParserWords {

  private static final Pattern CHARACTER =
      Pattern.compile(
          "Unexpected character \\('?(.+?)'? \\(code \\d+[^)]*\\)\\):? ?(.*)", Pattern.DOTALL);

  private static final Pattern TOKEN =
      Pattern.compile("(?:Unrecognized|Non-standard) token '([^']*)'.*", Pattern.DOTALL);

  private static final Pattern CLOSED =
      Pattern.compile("Unexpected close marker '(.)': expected '(.)'.*", Pattern.DOTALL);

  private static final Pattern LIMIT =
      Pattern.compile("(.+) \\(\\d+\\) exceeds the maximum allowed \\((\\d+).*", Pattern.DOTALL);

  private ParserWords() {}

  /** The message as it is where nobody knows a better one. */
  static String plain(String message) {
    Matcher character = CHARACTER.matcher(message);
    if (character.matches()) {
      return "'" + character.group(1) + "' stands " + expected(character.group(2));
    }
    Matcher token = TOKEN.matcher(message);
    if (token.matches()) {
      return "'" + token.group(1) + "' is no JSON value";
    }
    Matcher closed = CLOSED.matcher(message);
    if (closed.matches()) {
      return "'" + closed.group(1) + "' stands where '" + closed.group(2) + "' was expected";
    }
    Matcher limit = LIMIT.matcher(message);
    if (limit.matches()) {
      return limit.group(1).contains("depth")
          ? "it is nested deeper than " + limit.group(2) + " levels"
          : "a value or a name is longer than " + limit.group(2) + " characters";
    }
    if (message.startsWith("Unexpected end-of-input")) {
      return "it ends too early";
    }
    if (message.startsWith("Unrecognized character escape")) {
      return "a string holds an escape that JSON does not know";
    }
    if (message.startsWith("Illegal character")) {
      return "a control character stands between the values";
    }
    return message.startsWith("Illegal unquoted character")
        ? "a string holds a line end or another control character, which must be escaped"
        : message;
  }

  private static String expected(String remark) {
    if (remark.contains("valid value")) {
      return "where a value was expected";
    }
    if (remark.contains("double-quote")) {
      return "where a name in double quotes was expected";
    }
    if (remark.contains("comma")) {
      return "where a comma or an end was expected";
    }
    return remark.contains("colon") ? "where a colon was expected" : "where it can't";
  }
}
