package dev.agentworkflows.coordinator.secret;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts {@code [redacted:NAME]} in the place of every known key's value. Thread-safe. */
public final class Redactor {

  /** Shorter values would blank out ordinary words; no provider's key is that short. */
  private static final int SHORTEST_KEY = 8;

  private record Key(String name, String value) {}

  /** The longest first: a key that contains another must not leave its rest behind. */
  private volatile List<Key> keys = List.of();

  public Redactor(Map<String, String> keysByName) {
    keysByName.forEach(this::learn);
  }

  /** From now on this value is taken out as well. */
  synchronized void learn(String name, String value) {
    Key key = new Key(name, value);
    if (value.length() >= SHORTEST_KEY && !keys.contains(key)) {
      keys =
          Stream.concat(keys.stream(), Stream.of(key))
              .sorted(Comparator.comparingInt((Key known) -> known.value().length()).reversed())
              .toList();
    }
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
