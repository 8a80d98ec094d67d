package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.coordinator.secret.ChildEnvironment;
import dev.agentworkflows.coordinator.secret.Secrets;
import dev.agentworkflows.spi.AdapterContext;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What one provider's adapter gets of the user's configuration. */
final class ConfiguredContext implements AdapterContext {

  /** What the coordinator takes care of itself. */
  private static final Set<String> OWN =
      Set.of(
          ProviderConfiguration.CONCURRENCY,
          ProviderConfiguration.FALLBACK,
          ProviderConfiguration.KIND,
          ProviderConfiguration.MODEL,
          ProviderConfiguration.REQUESTS_PER_MINUTE,
          ProviderConfiguration.TOKENS_PER_MINUTE);

  private final Map<String, String> settings = new TreeMap<>();
  private final Map<String, String> environment;
  private final Secrets secrets;

  ConfiguredContext(
      ProviderConfiguration.Entry entry, Map<String, String> environment, Secrets secrets) {
    entry
        .settings()
        .forEach((name, setting) -> {
          if (!OWN.contains(name)) {
            settings.put(name, setting.value());
          }
        });
    this.environment = Map.copyOf(ChildEnvironment.of(environment, secrets.variables()));
    this.secrets = secrets;
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

  @Override
  public String redact(String text) {
    return secrets.redactor().redact(text);
  }
}
