package dev.agentworkflows.spi;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the coordinator offers to an adapter for its whole life. Thread-safe. */
public interface AdapterContext {

  /**
   * What the user configured for this provider, beyond what the coordinator itself takes care of
   * (kind, model, concurrency): {@code base_url} of its entry in the providers file, or, over it,
   * the variable {@code OWF_PROVIDER_<NAME>_BASE_URL}, is here as {@code base_url}.
   */
  Map<String, String> settings();

  /**
   * The value of a secret, as users name it: {@code OPENAI_API_KEY}. Empty when it is not set. Ask
   * when it is needed; the coordinator then keeps its value out of whatever is written.
   */
  Optional<String> secret(String name);

  /**
   * The environment for a process of the adapter's: the coordinator's own, without any provider's
   * key, and without the variables that would point git at another repository than the working
   * directory's.
   */
  Map<String, String> environment();

  /**
   * A text of a provider's or a program's without any key that the coordinator knows, of this
   * provider or another. For a text that is cut: what is given to the coordinator it redacts
   * itself, but of a key that was cut it may not know what is left.
   *
   * @since level 3
   */
  default String redact(String text) {
    return text;
  }

  /** Refuses a setting that the adapter does not know: a typing error must not go unnoticed. */
  default void refuseSettingsBeyond(Set<String> known) throws AdapterException {
    for (String name : new TreeSet<>(settings().keySet())) {
      if (!known.contains(name)) {
        throw new AdapterException(
            AdapterException.Kind.PERMANENT,
            known.isEmpty()
                ? "there is no setting '" + name + "'; this provider has none"
                : "there is no setting '%s'; known are: %s, and those of every provider, such as %s"
                    .formatted(name, String.join(", ", new TreeSet<>(known)), "default_model"));
      }
    }
  }
}
