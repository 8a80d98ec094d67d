package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.secret.Redactor;
import org.jspecify.annotations.Nullable;

/**
 * Texts of scripts as they are kept with a run: without keys, and no longer than people read. Keys
 * are taken out before anything is cut, or a half of one would stay.
 */
record KeptText(Redactor redactor) {

  private static final int MAX_TEXT = 1_000_000;
  private static final int MAX_NAME = 10_000;
  private static final int MAX_DATA = 4 << 20;

  /** A message or a traceback. Of one that is too long its beginning and its end are kept. */
  String text(String text) {
    return cut(redactor.redact(text), MAX_TEXT);
  }

  @Nullable String textOrNull(@Nullable String text) {
    return text == null ? null : text(text);
  }

  /** A phase, the class of an error. */
  @Nullable String nameOrNull(@Nullable String name) {
    return name == null ? null : cut(redactor.redact(name), MAX_NAME);
  }

  /** An event's data, a JSON object; one that is too large is left out, and said to be. */
  String data(@Nullable String json) {
    if (json == null) {
      return "{}";
    }
    return json.length() <= MAX_DATA
        ? redactor.redact(json)
        : Json.write(Json.object().put("omitted_characters", json.length()));
  }

  private static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    String left = "\n… %,d characters left out …\n".formatted(text.length() - max);
    int half = (max - left.length()) / 2;
    int first = Character.isHighSurrogate(text.charAt(half - 1)) ? half - 1 : half;
    int second = text.length() - half;
    return text.substring(0, first)
        + left
        + text.substring(Character.isLowSurrogate(text.charAt(second)) ? second + 1 : second);
  }
}
