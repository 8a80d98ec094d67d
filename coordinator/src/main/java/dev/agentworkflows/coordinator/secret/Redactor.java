package dev.agentworkflows.coordinator.secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts {@code [redacted:NAME]} in the place of every known key's value: as it is, base64-encoded at
 * any offset, and with any of its characters escaped as in JSON or in a URL. Thread-safe.
 */
public final class Redactor {

  /** Shorter values would blank out ordinary words; no provider's key is that short. */
  private static final int SHORTEST_KEY = 8;

  /** The last by Python, when it writes a text as code. */
  private static final String ESCAPED_BY_JSON = "\"\\/'";

  /**
   * @param needles texts of which one is in whatever holds the key, but for escapes
   * @param pattern what is replaced
   * @param escaped the value with each character as itself or escaped
   */
  private record Key(
      String name, String value, Set<String> needles, Pattern pattern, Pattern escaped) {

    static Key of(String name, String value) {
      Set<String> forms = new LinkedHashSet<>(List.of(value));
      forms.addAll(base64(value));
      StringBuilder pattern = new StringBuilder();
      forms.forEach(
          form -> pattern.append(pattern.isEmpty() ? "" : "|").append(Pattern.quote(form)));
      return new Key(
          name, value, forms, Pattern.compile(pattern.toString()), escapes(value, forms));
    }

    /** Inside a longer text, a value is encoded in one of three ways; its edges mix with others. */
    private static Set<String> base64(String value) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      Set<String> forms = new LinkedHashSet<>();
      for (int offset = 0; offset < 3; offset++) {
        byte[] shifted = new byte[offset + bytes.length];
        System.arraycopy(bytes, 0, shifted, offset, bytes.length);
        for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
          String whole = encoder.withoutPadding().encodeToString(shifted);
          int first = (offset * 8 + 5) / 6;
          int last = (shifted.length * 8) / 6;
          forms.add(whole.substring(first, last));
        }
      }
      return forms;
    }

    /**
     * The value with any letter escaped, or base64 of it with those escaped that are no letters.
     */
    private static Pattern escapes(String value, Set<String> forms) {
      StringBuilder pattern = new StringBuilder(escapes(value, true));
      forms.stream()
          .filter(form -> form.indexOf('/') >= 0 || form.indexOf('+') >= 0)
          .forEach(form -> pattern.append('|').append(escapes(form, false)));
      return Pattern.compile(pattern.toString());
    }

    /**
     * Escapes may be escaped again, any number of times. Each run of backslashes is taken from its
     * beginning and given back never, which keeps the search linear.
     */
    private static String escapes(String form, boolean letters) {
      StringBuilder pattern = new StringBuilder();
      for (int i = 0; i < form.length(); i++) {
        char c = form.charAt(i);
        String run = i == 0 ? "(?<!\\\\)\\\\" : "\\\\";
        if (c == '\\') {
          // Backslashes that follow each other are one run, however many there were.
          while (i + 1 < form.length() && form.charAt(i + 1) == '\\') {
            i++;
          }
          pattern.append("(?:").append(run).append("++");
        } else {
          pattern.append("(?:").append(ESCAPED_BY_JSON.indexOf(c) < 0 ? "" : "\\\\*+");
          pattern.append(Pattern.quote(String.valueOf(c)));
        }
        if (letters || !Character.isLetterOrDigit(c)) {
          pattern.append('|').append(run).append("++u(?i:%04x)|".formatted((int) c));
          for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
            pattern.append("%%(?:25)*(?i:%02x)".formatted(b));
          }
        }
        pattern.append(c == ' ' ? "|\\+|%(?:25)*2[bB])" : ")");
      }
      return pattern.toString();
    }
  }

  /** The longest first: a key that contains another must not leave its rest behind. */
  private final List<Key> keys = new CopyOnWriteArrayList<>();

  public Redactor(Map<String, String> keysByName) {
    keysByName.forEach(this::learn);
  }

  /** From now on this value is taken out as well. */
  synchronized void learn(String name, String setting) {
    // What is around it is not sent, and so not repeated.
    String value = setting.strip();
    boolean known =
        keys.stream().anyMatch(key -> key.name().equals(name) && key.value().equals(value));
    if (value.length() < SHORTEST_KEY || known) {
      return;
    }
    int place = 0;
    while (place < keys.size() && keys.get(place).value().length() >= value.length()) {
      place++;
    }
    keys.add(place, Key.of(name, value));
  }

  /** The text without any key; the same object when there was none in it. */
  public String redact(String text) {
    String redacted = text;
    for (Key key : keys) {
      String mark = Matcher.quoteReplacement("[redacted:" + key.name() + "]");
      if (containsAny(redacted, key.needles())) {
        redacted = key.pattern().matcher(redacted).replaceAll(mark);
      }
      // Looking for escapes is slow, and nearly no text has any.
      if (redacted.indexOf('\\') >= 0 || redacted.indexOf('%') >= 0) {
        Matcher escaped = key.escaped().matcher(redacted);
        redacted = escaped.find() ? escaped.replaceAll(mark) : redacted;
      }
    }
    return redacted;
  }

  private static boolean containsAny(String text, Set<String> needles) {
    for (String needle : needles) {
      if (text.contains(needle)) {
        return true;
      }
    }
    return false;
  }

  /** As {@link #redact}; null stays null. */
  public @Nullable String redactNullable(@Nullable String text) {
    return text == null ? null : redact(text);
  }
}
