package dev.agentworkflows.coordinator.schema;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that were read lately, by their text: thousands of calls share one. Thread-safe, and
 * bounded in number and in the length of a text.
 */
final class RecentSchemas {

  private static final int MOST = 256;
  private static final int LONGEST_TEXT = 100_000;

  private final Map<String, AnswerSchema> byText =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, AnswerSchema> eldest) {
          return size() > MOST;
        }
      };

  synchronized @Nullable AnswerSchema get(String text) {
    return byText.get(text);
  }

  synchronized void put(String text, AnswerSchema schema) {
    if (text.length() <= LONGEST_TEXT) {
      byText.put(text, schema);
    }
  }
}
