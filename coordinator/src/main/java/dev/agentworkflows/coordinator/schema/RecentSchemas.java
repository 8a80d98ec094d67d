package dev.agentworkflows.coordinator.schema;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that were read lately, by their text: thousands of calls share one. Thread-safe, and
 * bounded in number and in the length of a text.
 */
final class RecentSchemas {

  private static final int MOST = 256;
  private static final int MAX_TEXT = 100_000;

  /** What is made of a schema takes many times as much. */
  private static final long MAX_CHARACTERS =
      Math.max(100_000, Runtime.getRuntime().maxMemory() / 1024);

  private final Map<String, AnswerSchema> byText =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

  private long characters;

  synchronized @Nullable AnswerSchema get(String text) {
    return byText.get(text);
  }

  synchronized void put(String text, AnswerSchema schema) {
    if (text.length() > MAX_TEXT || byText.containsKey(text)) {
      return;
    }
    characters += text.length();
    byText.put(text, schema);
    Iterator<String> eldest = byText.keySet().iterator();
    while ((byText.size() > MOST || characters > MAX_CHARACTERS) && eldest.hasNext()) {
      characters -= eldest.next().length();
      eldest.remove();
    }
  }
}
