package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.adapter.Route;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a call asks: whom it names itself, else whom a route names for its label or phase, else the
 * run's; and behind that one its fallback.
 */
final class Targets {

  /** More are a mistake; each costs a call key, and a step into the next when it can't answer. */
  private static final int MAX_PROVIDERS = 32;

  private final Providers providers;

  Targets(Providers providers) {
    this.providers = providers;
  }

  /** In the order in which they are asked; at least one. */
  List<Target> of(RunContext scope, CallRequest request) throws Admission.MisuseException {
    List<String> named =
        request.routing().providers().isEmpty()
            ? List.of()
            : request.routing().providers().stream().filter(name -> !name.isBlank()).toList();
    Route route = named.isEmpty() ? route(scope, request) : null;
    List<String> asked = named;
    if (named.isEmpty()) {
      String chosen = route == null ? null : route.provider();
      asked = chosen == null ? scope.providers() : List.of(chosen);
    }
    Target first = target(scope, asked.get(0), request, route);
    if (asked.size() == 1 && fallback(first, route).isEmpty()) {
      return List.of(first); // Nearly all calls.
    }
    boolean routed = route != null && route.fallback() != null;
    List<String> behind =
        asked.size() > 1 && !routed ? asked.subList(1, asked.size()) : fallback(first, route);
    if (behind.size() >= MAX_PROVIDERS) {
      throw new Admission.MisuseException(
          "provider: expected at most %d names, not %,d"
              .formatted(MAX_PROVIDERS, behind.size() + 1));
    }
    List<Target> all = new ArrayList<>(List.of(first));
    Set<String> names = new HashSet<>(Set.of(first.name().toLowerCase(Locale.ROOT)));
    for (String name : behind) {
      Target next = target(scope, name, null, null);
      if (!names.add(next.name().toLowerCase(Locale.ROOT))) {
        throw new Admission.MisuseException(
            "provider: '" + name + "' is in the list twice" + alias(name, next));
      }
      all.add(next);
    }
    return all;
  }

  private static String alias(String name, Target target) {
    return name.equalsIgnoreCase(target.name()) ? "" : "; it is another name of " + target.name();
  }

  /** A run of the provider that costs nothing asks nobody else by itself. */
  private @Nullable Route route(RunContext scope, CallRequest request) {
    Optional<Provider> runs = providers.find(scope.providers().get(0));
    return runs.filter(Billing::isExact).isPresent()
        ? null
        : providers.route(request.position().label(), request.position().phase()).orElse(null);
  }

  private static List<String> fallback(Target first, @Nullable Route route) {
    List<String> routed = route == null ? null : route.fallback();
    if (routed != null) {
      return routed.stream().filter(name -> !name.equals(first.name())).toList();
    }
    return first.provider() == null ? List.of() : first.provider().fallback();
  }

  /**
   * @param request what may name the model; null for a provider that stands behind another, which
   *     has its own model
   */
  private Target target(
      RunContext scope, String name, @Nullable CallRequest request, @Nullable Route route) {
    Provider provider = providers.find(name).orElse(null);
    String canonical = provider == null ? name : provider.name();
    String model = request == null ? null : textOrNull(request.routing().model());
    if (model == null && route != null) {
      model = route.model();
    }
    return new Target(
        provider, canonical, model == null ? usualModel(scope, provider, canonical) : model);
  }

  /** A run's model belongs to the run's provider: a call that names another gets that one's own. */
  private @Nullable String usualModel(
      RunContext scope, @Nullable Provider provider, String canonical) {
    String ofTheRun = textOrNull(scope.model());
    if (ofTheRun != null) {
      boolean runsProvider =
          providers
              .find(scope.providers().get(0))
              .map(Provider::name)
              .filter(name -> Objects.equals(name, canonical))
              .isPresent();
      if (runsProvider) {
        return ofTheRun;
      }
    }
    return provider == null ? null : provider.defaultModel();
  }

  /** An empty name is none: it comes of a variable that is not set. */
  private static @Nullable String textOrNull(@Nullable String name) {
    return name == null || name.isBlank() ? null : name;
  }
}
