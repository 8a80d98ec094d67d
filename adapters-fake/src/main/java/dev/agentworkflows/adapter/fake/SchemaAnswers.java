package dev.agentworkflows.adapter.fake;

import dev.agentworkflows.spi.AdapterException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answers to calls with a schema. Keeps the latest: thousands of calls share one schema.
 * Thread-safe.
 */
final class SchemaAnswers {

  private static final int MAX_KEPT = 256;

  /** A schema and an answer that are longer together are not kept. */
  private static final int MAX_KEPT_LENGTH = 20_000;

  private final Map<String, String> latest =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

  /** The smallest value that satisfies the schema, as JSON. */
  String answer(String schemaJson) throws AdapterException {
    String known = find(schemaJson);
    if (known != null) {
      return known;
    }
    String answer = CompiledSchema.write(SmallestInstance.of(CompiledSchema.parse(schemaJson)));
    keep(schemaJson, answer);
    return answer;
  }

  private synchronized @Nullable String find(String schemaJson) {
    return latest.get(schemaJson);
  }

  private synchronized void keep(String schemaJson, String answer) {
    if (schemaJson.length() + answer.length() > MAX_KEPT_LENGTH) {
      return;
    }
    latest.put(schemaJson, answer);
    if (latest.size() > MAX_KEPT) {
      Iterator<String> eldest = latest.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }
}
