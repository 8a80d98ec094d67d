package dev.agentworkflows.coordinator.secret;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts {@code [redacted:NAME]} in the place of every known key's value, and of every part of one
 * that has {@value KeyIndex#MIN_PART} characters or more: a text may have been cut before it came
 * here. A value is known as it is, as base64 at any offset, as hexadecimal, octal and decimal
 * numbers, with a NUL after each character (UTF-16), wrapped over lines, and with its characters
 * escaped as in JSON, a URL or HTML. Linear in the text's length. Thread-safe.
 */
public final class Redactor {

  /** Shorter values would blank out ordinary words; no provider's key is that short. */
  private static final int MIN_KEY = 8;

  /** A long text is searched in parts, which takes little memory. */
  private static final int PART = 1 << 16;

  /** More than any key has characters, each of them escaped several times. */
  private static final int OVERLAP = 1 << 14;

  /** Values by names; a name may stand for several. */
  private final Map<String, List<String>> keys = new LinkedHashMap<>();

  /** Made when it is first needed after a key became known; null until then. */
  private volatile @Nullable KeyIndex index;

  public Redactor(Map<String, String> keysByName) {
    keysByName.forEach(this::learn);
  }

  /** From now on this value is taken out as well. */
  public synchronized void learn(String name, String setting) {
    // What is around it is not sent, and so not repeated.
    String value = setting.strip();
    List<String> values = keys.computeIfAbsent(name, unknown -> new ArrayList<>());
    if (value.length() >= MIN_KEY && !values.contains(value)) {
      values.add(value);
      index = null;
    }
  }

  /** The text without any key; the same object when there was none in it. */
  public String redact(String text) {
    if (text.length() < MIN_KEY) {
      return text;
    }
    KeyIndex known = index;
    known = known == null ? index() : known;
    if (known.isEmpty()) {
      return text;
    }
    List<KeyIndex.Span> spans = new ArrayList<>();
    for (int from = 0; from == 0 || from + OVERLAP < text.length(); from += PART - OVERLAP) {
      find(known, text, from, spans);
    }
    return spans.isEmpty() ? text : replaced(text, KeyIndex.merged(spans));
  }

  private static void find(KeyIndex known, String text, int from, List<KeyIndex.Span> spans) {
    DecodedText decoded = new DecodedText(text, from, Math.min(text.length(), from + PART));
    known.find(decoded, spans::add);
    for (int i = 0; i < KeyForm.MAX_DECODINGS; i++) {
      decoded = decoded.decoded();
      if (decoded == null) {
        return;
      }
      known.find(decoded, spans::add);
    }
  }

  private static String replaced(String text, List<KeyIndex.Span> spans) {
    StringBuilder redacted = new StringBuilder(text.length());
    int from = 0;
    for (KeyIndex.Span span : spans) {
      redacted.append(text, from, span.start());
      redacted.append("[redacted:").append(span.name()).append(']');
      from = span.end();
    }
    return redacted.append(text, from, text.length()).toString();
  }

  private synchronized KeyIndex index() {
    KeyIndex made = index;
    if (made == null) {
      List<KeyForm> forms = new ArrayList<>();
      keys.forEach(
          (name, values) -> values.forEach(value -> forms.addAll(KeyForm.of(name, value))));
      made = new KeyIndex(forms);
      index = made;
    }
    return made;
  }

  /** As {@link #redact}; null stays null. */
  public @Nullable String redactNullable(@Nullable String text) {
    return text == null ? null : redact(text);
  }
}
