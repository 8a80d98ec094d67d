package dev.agentworkflows.coordinator.secret;

import java.util.Map;
import java.util.Optional;

/**
 * The values that adapters ask for by name. What was given to one of them is kept out of whatever
 * is written from then on; the well-known providers' keys from the start. Thread-safe.
 */
public final class Secrets {

  private final Map<String, String> environment;
  private final Redactor redactor;

  public Secrets(Map<String, String> environment) {
    this.environment = environment;
    this.redactor = new Redactor(ProviderKeys.in(environment));
  }

  /** The value of the variable with this name; empty when it is not set, or blank. */
  public Optional<String> ask(String name) {
    Optional<String> value =
        Optional.ofNullable(environment.get(name)).filter(set -> !set.isBlank());
    value.ifPresent(secret -> redactor.learn(name, secret));
    return value;
  }

  /** Knows every value that this object ever gave away. */
  public Redactor redactor() {
    return redactor;
  }
}
