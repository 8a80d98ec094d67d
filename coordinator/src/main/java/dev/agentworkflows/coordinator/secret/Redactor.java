package dev.agentworkflows.coordinator.secret;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts {@code [redacted:NAME]} in the place of every known key's value. Immutable. */
public final class Redactor {

  /** Shorter values would blank out ordinary words; no provider's key is that short. */
  private static final int SHORTEST_KEY = 8;

  private record Key(String name, String value) {}

  private final List<Key> keys;

  public Redactor(Map<String, String> keysByName) {
    // The longest first: a key that contains another must not leave its rest behind.
    this.keys =
        keysByName.entrySet().stream()
            .filter(entry -> entry.getValue().length() >= SHORTEST_KEY)
            .map(entry -> new Key(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparingInt((Key key) -> key.value().length()).reversed())
            .toList();
  }

  /** The text without any key; the same object when there was none in it. */
  public String redact(String text) {
    String redacted = text;
    for (Key key : keys) {
      if (redacted.contains(key.value())) {
        redacted = redacted.replace(key.value(), "[redacted:" + key.name() + "]");
      }
    }
    return redacted;
  }

  /** As {@link #redact}; null stays null. */
  public @Nullable String redactNullable(@Nullable String text) {
    return text == null ? null : redact(text);
  }
}
