package dev.agentworkflows.coordinator.secret;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The values that adapters ask for by name. What was given to one of them is kept out of whatever
 * is written from then on; the well-known providers' keys from the start. Thread-safe.
 */
public final class Secrets {

  private final Map<String, String> environment;
  private final Set<String> variables;
  private final Redactor redactor;

  /**
   * @param configured names that the user gave to keys elsewhere than in the environment
   */
  public Secrets(Map<String, String> environment, Collection<String> configured) {
    this(environment, configured, Map.of());
  }

  /**
   * @param configured names that the user gave to keys elsewhere than in the environment
   * @param written secrets that stand in the configuration itself, by where they stand: a
   *     variable's name, or a place in a file
   */
  public Secrets(
      Map<String, String> environment, Collection<String> configured, Map<String, String> written) {
    this.environment = environment;
    Map<String, String> keys = ProviderKeys.in(environment, configured);
    written.forEach(keys::putIfAbsent);
    this.variables =
        keys.keySet().stream()
            .filter(environment::containsKey)
            .collect(Collectors.toUnmodifiableSet());
    this.redactor = new Redactor(keys);
  }

  /** The variables that hold providers' keys: no process gets them that does not need them. */
  public Set<String> variables() {
    return variables;
  }

  /** The value of the variable with this name; empty when it is not set, or blank. */
  public Optional<String> ask(String name) {
    Optional<String> value =
        Optional.ofNullable(environment.get(name)).filter(set -> !set.isBlank());
    value.ifPresent(secret -> redactor.learn(name, secret));
    return value;
  }

  /** Whether a variable holds a provider's key, or a token of ours. */
  public boolean isKey(String variable) {
    return variables.contains(variable)
        || ProviderKeys.isUsual(variable)
        || ChildEnvironment.isOwnSecret(variable);
  }

  /** The value of a variable that holds no key; empty when it is not set. */
  public Optional<String> plain(String variable) {
    return isKey(variable) ? Optional.empty() : Optional.ofNullable(environment.get(variable));
  }

  /** Knows every value that this object ever gave away. */
  public Redactor redactor() {
    return redactor;
  }
}
