package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.coordinator.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The routes of the providers file, in its order: the first that holds decides. Immutable. */
final class Routes {

  static final Routes NONE = new Routes(List.of());

  private static final String LABEL = "label";
  private static final String PHASE = "phase";
  private static final String PROVIDER = "provider";
  private static final String MODEL = "model";
  private static final Set<String> KEYS =
      Set.of(LABEL, PHASE, PROVIDER, MODEL, ProviderConfiguration.FALLBACK);

  private final List<Route> routes;

  private Routes(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  /**
   * @param file where they stand, for people
   * @param known canonical names by all names that providers have
   * @throws RefusedException when one of them makes no sense
   */
  static Routes of(String file, JsonNode routes, Map<String, String> known) {
    if (!routes.isArray()) {
      throw new RefusedException(
          file + ": \"routes\" is no list, as in {\"routes\": [{\"label\": \"review-*\", …}]}.");
    }
    List<Route> read = new ArrayList<>();
    for (JsonNode route : routes) {
      try {
        read.add(route(route, known));
      } catch (RefusedException e) {
        throw new RefusedException(
            "%s: routes[%d] %s.".formatted(file, read.size(), e.getMessage()), e);
      }
    }
    return new Routes(read);
  }

  private static Route route(JsonNode route, Map<String, String> known) {
    if (!route.isObject()) {
      throw new RefusedException("is no object");
    }
    for (String key : route.propertyNames()) {
      if (!KEYS.contains(key)) {
        throw new RefusedException(
            "has the unknown key '" + key + "'" + ProviderList.meant(key, KEYS));
      }
    }
    String label = text(route, LABEL);
    String phase = text(route, PHASE);
    if (label == null && phase == null) {
      throw new RefusedException("has neither a label nor a phase: for all calls, say \"*\"");
    }
    String named = text(route, PROVIDER);
    String provider =
        named == null
            ? null
            : ProviderList.of("has a provider that", null, List.of(named), known).get(0);
    String model = text(route, MODEL);
    List<String> fallback =
        ProviderConfiguration.names(route.path(ProviderConfiguration.FALLBACK))
            .map(names -> ProviderList.of("has a fallback that", provider, names, known))
            .orElse(null);
    if (provider == null && model == null && fallback == null) {
      throw new RefusedException("chooses neither a provider nor a model nor a fallback");
    }
    return new Route(glob(label), glob(phase), provider, model, fallback);
  }

  private static @Nullable Glob glob(@Nullable String pattern) {
    return pattern == null ? null : new Glob(pattern);
  }

  private static @Nullable String text(JsonNode route, String key) {
    JsonNode value = route.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString() || value.asString().isBlank()) {
      throw new RefusedException(
          "has a '" + key + "' that is " + (value.isString() ? "empty" : "no text"));
    }
    return value.asString().strip();
  }

  Optional<Route> of(@Nullable String label, @Nullable String phase) {
    return routes.stream().filter(route -> route.holds(label, phase)).findFirst();
  }
}
