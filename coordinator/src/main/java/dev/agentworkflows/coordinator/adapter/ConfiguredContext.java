package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.coordinator.secret.ChildEnvironment;
import dev.agentworkflows.coordinator.secret.Secrets;
import dev.agentworkflows.spi.AdapterContext;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A provider's configuration from the environment: {@code OWF_PROVIDER_<NAME>_<SETTING>}. */
final class ConfiguredContext implements AdapterContext {

  static final String CONCURRENCY = "concurrency";

  /** What the coordinator takes care of itself. */
  private static final Set<String> OWN = Set.of(CONCURRENCY, "kind", "model");

  private final Map<String, String> settings;
  private final Map<String, String> environment;
  private final Secrets secrets;

  ConfiguredContext(String provider, Map<String, String> environment, Secrets secrets) {
    this.settings = new TreeMap<>();
    String prefix = prefix(provider);
    environment.forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        String setting = name.substring(prefix.length()).toLowerCase(Locale.ROOT);
        if (!OWN.contains(setting)) {
          settings.put(setting, value);
        }
      }
    });
    this.environment = Map.copyOf(ChildEnvironment.of(environment));
    this.secrets = secrets;
  }

  /** The variable that holds a setting of a provider. */
  static String variable(String provider, String setting) {
    return prefix(provider) + setting.toUpperCase(Locale.ROOT);
  }

  private static String prefix(String provider) {
    return "OWF_PROVIDER_" + provider.toUpperCase(Locale.ROOT).replace('-', '_') + "_";
  }

  @Override
  public Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  @Override
  public Optional<String> secret(String name) {
    return secrets.ask(name);
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }
}
