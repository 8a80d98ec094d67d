package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A provider that calls can name. Its adapter is made when it is first asked. Thread-safe. */
public final class Provider {

  private final String name;
  private final @Nullable AdapterFactory factory;
  private final ProviderConfiguration.Entry entry;
  private final AdapterContext context;
  private final ProviderLimits limits;
  private final List<String> fallback;
  private final Logins.Login login;
  private final @Nullable String problem;
  private @Nullable Adapter adapter;

  /**
   * @param factory null exactly when there is a problem that leaves none
   * @param fallback canonical names
   * @param problem why it can't be used; null when nothing speaks against it
   */
  Provider(
      String name,
      @Nullable AdapterFactory factory,
      ProviderConfiguration.Entry entry,
      AdapterContext context,
      ProviderLimits limits,
      List<String> fallback,
      Logins.Login login,
      @Nullable String problem) {
    this.name = name;
    this.factory = factory;
    this.entry = entry;
    this.context = context;
    this.limits = limits;
    this.fallback = List.copyOf(fallback);
    this.login = login;
    this.problem = problem;
  }

  /** The canonical name: an alias is resolved to it. */
  public String name() {
    return name;
  }

  /** The name of the adapter that it goes through; null when it has none. */
  public @Nullable String kind() {
    return factory == null ? null : factory.name();
  }

  /** Other names for it. */
  public Set<String> aliases() {
    return isOwnName() && factory != null ? factory.aliases() : Set.of();
  }

  /** Its name and the others: what prices may name it by. */
  public Set<String> allNames() {
    Set<String> names = new HashSet<>(aliases());
    names.add(name);
    return names;
  }

  /** How many tokens its answers are limited to by its settings; null where they set none. */
  public @Nullable Long maxAnswerTokens() {
    String configured = entry.value("max_tokens");
    try {
      return configured == null ? null : Long.valueOf(configured.strip());
    } catch (NumberFormatException e) {
      return null; // Its adapter says so.
    }
  }

  /** Where its adapter comes from: {@code built in}, or the path of a third party's. */
  String origin() {
    return factory instanceof JarFactory jar ? jar.path().toString() : "built in";
  }

  /** The model of a call that names none; null when the provider chooses by itself. */
  public @Nullable String defaultModel() {
    String configured = entry.value(ProviderConfiguration.MODEL);
    if (configured != null || factory == null) {
      return configured;
    }
    // Another endpoint of the same kind has other models.
    return goesWhereItsKindGoes() ? factory.defaultModel().orElse(null) : null;
  }

  /** A call to it must name a model: there is no default, and its kind can't do without. */
  public boolean needsModel() {
    return defaultModel() == null && factory != null && factory.defaultModel().isPresent();
  }

  private boolean goesWhereItsKindGoes() {
    return isOwnName() || !entry.changesDestination();
  }

  private boolean isOwnName() {
    return factory != null && factory.name().equals(name);
  }

  /** Whether it can do so in some kind of call. */
  public boolean can(Capability capability) {
    return factory != null && factory.capabilities().contains(capability);
  }

  /**
   * Whether it can do so in calls of one kind.
   *
   * @param mutating for calls that may edit files; else for those that must not
   */
  public boolean can(Capability capability, boolean mutating) {
    return factory != null && factory.capabilities(mutating).contains(capability);
  }

  /** How many calls may be out at once; 0 for no limit. */
  public int concurrency() {
    return limits.concurrency();
  }

  /** How many calls may go out in a minute, retries included; 0 for no limit. */
  public int requestsPerMinute() {
    return limits.requestsPerMinute();
  }

  /** How many tokens calls may take in a minute, input and output together; 0 for no limit. */
  public int tokensPerMinute() {
    return limits.tokensPerMinute();
  }

  /** Who is asked when it can't answer, by their canonical names, in order. */
  public List<String> fallback() {
    return fallback;
  }

  /**
   * The first provider that is asked with the same login, by its canonical name; mostly its own. A
   * usage limit holds all of them.
   */
  public String login() {
    return login.name();
  }

  /**
   * Tells its login from others of any configuration and environment. For memory alone: a digest of
   * a key is in it.
   */
  public String account() {
    return login.account();
  }

  /** Why it can't be used; null when nothing speaks against it. */
  public @Nullable String problem() {
    return problem;
  }

  /** The variables that its key may be in; the first that is set holds it. */
  public Set<String> keyVariables() {
    return keyVariables(name, factory, entry);
  }

  static Set<String> keyVariables(
      String name, @Nullable AdapterFactory factory, ProviderConfiguration.Entry entry) {
    String own = entry.value("api_key_env");
    if (own != null) {
      return Set.of(own);
    }
    return factory != null
            && (factory.name().equals(name) || !entry.changesDestination())
            && !entry.settings().containsKey("api_key_env")
        ? factory.secrets()
        : Set.of();
  }

  /** Where each of its settings was found: a variable, or a file. */
  public Map<String, String> sources() {
    Map<String, String> sources = new TreeMap<>();
    entry.settings().forEach((setting, found) -> sources.put(setting, found.source()));
    return sources;
  }

  /**
   * Where it is asked, without what only its adapter may know of that: user, password and query;
   * null when that is its adapter's own matter.
   */
  public @Nullable String baseUrl() {
    String url = entry.value("base_url");
    return url == null ? null : WrittenSecrets.withoutSecrets(url);
  }

  public synchronized Adapter adapter() throws AdapterException {
    Adapter made = adapter;
    if (made == null) {
      if (factory == null || problem != null) {
        throw new AdapterException(AdapterException.Kind.UNAVAILABLE, String.valueOf(problem));
      }
      made = factory.create(context);
      adapter = made;
    }
    return made;
  }

  synchronized void close() {
    if (adapter != null) {
      adapter.close();
      adapter = null;
    }
  }
}
