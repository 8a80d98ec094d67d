package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.coordinator.ProviderRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.secret.Secrets;
import dev.agentworkflows.coordinator.text.Suggestion;
import dev.agentworkflows.spi.AdapterFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The providers that calls can name, from the adapters on the class path and from those of third
 * parties. Thread-safe.
 */
public final class Providers implements AutoCloseable {

  private final Map<String, Provider> byCanonicalName = new TreeMap<>();
  private final Map<String, Provider> byEveryName = new HashMap<>();

  private final Secrets secrets;

  private final AdapterJars jars;

  private final Routes routes;

  private Providers(Secrets secrets, AdapterJars jars, Routes routes) {
    this.secrets = secrets;
    this.jars = jars;
    this.routes = routes;
  }

  /**
   * Finds the adapters' factories, ours and those of third parties; makes no adapter yet.
   *
   * @param jars closed with the providers
   */
  public static Providers load(Map<String, String> environment, AdapterJars jars) {
    List<AdapterFactory> factories = new ArrayList<>(builtIn());
    factories.addAll(jars.factories());
    return of(factories, environment, jars);
  }

  /** The factories on the class path. */
  static List<AdapterFactory> builtIn() {
    return ServiceLoader.load(AdapterFactory.class).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /** As {@link #load}, with the factories given. */
  public static Providers of(Iterable<AdapterFactory> factories, Map<String, String> environment) {
    return of(factories, environment, AdapterJars.none());
  }

  private static Providers of(
      Iterable<AdapterFactory> factories, Map<String, String> environment, AdapterJars jars) {
    ProviderConfiguration configuration = ProviderConfiguration.of(environment);
    Set<String> keyVariables = new TreeSet<>(configuration.keyVariables());
    factories.forEach(factory -> keyVariables.addAll(factory.secrets()));
    Secrets secrets = new Secrets(environment, keyVariables, configuration.writtenSecrets());
    Set<String> own = new TreeSet<>(configuration.names());
    Map<String, String> names = canonicalNames(factories, own);
    Providers providers = new Providers(secrets, jars, configuration.routes(names));
    Settled settled =
        new Settled(configuration, environment, secrets, names, new Logins(environment));
    Map<String, AdapterFactory> kinds = new HashMap<>();
    for (AdapterFactory factory : factories) {
      kinds.put(factory.name(), factory);
      factory.aliases().forEach(alias -> kinds.put(alias, factory));
      Provider provider = provider(factory.name(), factory, settled);
      providers.byCanonicalName.put(factory.name(), provider);
      providers.add(factory.name(), provider);
      factory.aliases().forEach(alias -> providers.add(alias, provider));
      own.remove(factory.name());
    }
    for (String name : own) {
      String kind = configuration.entry(name).kind();
      AdapterFactory factory = kind == null ? null : kinds.get(kind);
      Provider provider = provider(name, factory, settled);
      if (providers.byEveryName.putIfAbsent(name, provider) == null) {
        providers.byCanonicalName.put(name, provider);
      }
    }
    return providers;
  }

  /**
   * What holds for all providers.
   *
   * @param names canonical names by all names
   * @param logins of the providers that were made so far
   */
  private record Settled(
      ProviderConfiguration configuration,
      Map<String, String> environment,
      Secrets secrets,
      Map<String, String> names,
      Logins logins) {}

  private static Map<String, String> canonicalNames(
      Iterable<AdapterFactory> factories, Set<String> own) {
    Map<String, String> names = new TreeMap<>();
    for (AdapterFactory factory : factories) {
      names.putIfAbsent(factory.name(), factory.name());
      factory.aliases().forEach(alias -> names.putIfAbsent(alias, factory.name()));
    }
    own.forEach(name -> names.putIfAbsent(name, name));
    return names;
  }

  private static Provider provider(String name, @Nullable AdapterFactory factory, Settled settled) {
    ProviderConfiguration.Entry entry = settled.configuration().entry(name);
    String problem = entry.problem();
    ProviderLimits limits = ProviderLimits.UNUSABLE;
    List<String> fallback = List.of();
    if (factory == null && problem == null) {
      String kind = entry.kind();
      problem =
          kind == null
              ? "it has neither a kind nor a base_url"
              : "there is no adapter for its kind '" + kind + "'";
    } else if (factory != null) {
      try {
        limits = ProviderLimits.of(factory, entry, settled.environment());
        fallback = fallback(name, entry, settled.names());
      } catch (SettingException e) {
        problem = e.getMessage();
      }
    }
    return new Provider(
        name,
        factory,
        entry,
        new ConfiguredContext(
            forAdapter(name, factory, entry), settled.environment(), settled.secrets()),
        limits,
        fallback,
        factory == null || problem != null
            ? new Logins.Login(name, name)
            : settled.logins().of(name, factory, entry),
        problem);
  }

  private static List<String> fallback(
      String name, ProviderConfiguration.Entry entry, Map<String, String> names)
      throws SettingException {
    String written = entry.value(ProviderConfiguration.FALLBACK);
    if (written == null) {
      return List.of();
    }
    return ProviderList.of("its fallback", name, ProviderList.split(written), names);
  }

  /** A key is for the endpoint that it was made for: another one gets none that nobody named. */
  private static ProviderConfiguration.Entry forAdapter(
      String name, @Nullable AdapterFactory factory, ProviderConfiguration.Entry entry) {
    if (factory == null
        || factory.name().equals(name)
        || factory.secrets().isEmpty()
        || !entry.changesDestination()) {
      return entry;
    }
    Map<String, ProviderConfiguration.Setting> settings = new TreeMap<>(entry.settings());
    settings.putIfAbsent("api_key_env", new ProviderConfiguration.Setting("", "default"));
    return new ProviderConfiguration.Entry(settings, entry.problem());
  }

  /** The provider with this name or alias, in any case, with dashes or underscores. */
  public Optional<Provider> find(String name) {
    Provider found = byEveryName.get(name.toLowerCase(Locale.ROOT));
    return Optional.ofNullable(
        found == null ? byEveryName.get(ProviderConfiguration.canonical(name)) : found);
  }

  /**
   * Takes out the keys that the environment and the user's file tell of: what there is before any
   * adapter was looked at.
   */
  public static Redactor usualRedactor(Map<String, String> environment) {
    try {
      ProviderConfiguration configuration = ProviderConfiguration.of(environment);
      return new Secrets(environment, configuration.keyVariables(), configuration.writtenSecrets())
          .redactor();
    } catch (RefusedException e) {
      // Whoever needs the file says what is wrong with it; its names are in no use until then.
      return new Secrets(environment, Set.of()).redactor();
    }
  }

  /** Takes out every key that the environment holds, or that one of the adapters was given. */
  public Redactor redactor() {
    return secrets.redactor();
  }

  /** The variables that hold providers' keys. */
  public Set<String> keyVariables() {
    return secrets.variables();
  }

  /** The coordinator's variables, and which of them are keys. */
  public Secrets secrets() {
    return secrets;
  }

  /** All of them, sorted by name; also those that can't be used. */
  public List<Provider> all() {
    return List.copyOf(byCanonicalName.values());
  }

  /** The canonical names, sorted. */
  public Set<String> names() {
    return Collections.unmodifiableSet(byCanonicalName.keySet());
  }

  /** What to say about a name that {@link #find} does not know. */
  public ProviderRefusal unknown(String name) {
    if (name.isBlank()) {
      return new ProviderRefusal.NoName(List.copyOf(names()));
    }
    if (split(name).size() > 1) {
      return new ProviderRefusal.SeveralNames(name, split(name));
    }
    String meant =
        Suggestion.closest(ProviderConfiguration.canonical(name), byEveryName.keySet())
            .orElse(null);
    return new ProviderRefusal.Unknown(name, meant, List.copyOf(names()));
  }

  /** Names that stand in one text, with commas between them. */
  public static List<String> split(String names) {
    return ProviderList.split(names);
  }

  /** The route of a call that names no provider; empty where none holds. */
  public Optional<Route> route(@Nullable String label, @Nullable String phase) {
    return routes.of(label, phase);
  }

  @Override
  public void close() {
    byCanonicalName.values().forEach(Provider::close);
    jars.close();
  }

  private void add(String name, Provider provider) {
    Provider other = byEveryName.putIfAbsent(name.toLowerCase(Locale.ROOT), provider);
    if (other != null) {
      throw new RefusedException(
          new ProviderRefusal.ClaimedTwice(name, claim(other), claim(provider)));
    }
  }

  private static ProviderRefusal.Claim claim(Provider provider) {
    return new ProviderRefusal.Claim(provider.name(), provider.origin());
  }
}
