package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.coordinator.FileRefusal;
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
          new FileRefusal.BadEntry(
              file,
              "\"routes\"",
              "is no list, as in {\"routes\": [{\"label\": \"review-*\", …}]}"));
    }
    List<Route> read = new ArrayList<>();
    for (JsonNode route : routes) {
      try {
        read.add(route(route, known));
      } catch (SettingException e) {
        throw new RefusedException(
            new FileRefusal.BadEntry(file, "routes[" + read.size() + "]", e.getMessage()), e);
      }
    }
    return new Routes(read);
  }

  private static Route route(JsonNode route, Map<String, String> known) throws SettingException {
    if (!route.isObject()) {
      throw new SettingException("is no object");
    }
    for (String key : route.propertyNames()) {
      if (!KEYS.contains(key)) {
        throw new SettingException(
            "has the unknown key '" + key + "'" + ProviderList.meant(key, KEYS));
      }
    }
    String label = text(route, LABEL);
    String phase = text(route, PHASE);
    if (label == null && phase == null) {
      throw new SettingException("has neither a label nor a phase: for all calls, say \"*\"");
    }
    String named = text(route, PROVIDER);
    String provider =
        named == null
            ? null
            : ProviderList.of("has a provider that", null, List.of(named), known).get(0);
    String model = text(route, MODEL);
    Optional<List<String>> names =
        ProviderConfiguration.names(route.path(ProviderConfiguration.FALLBACK));
    List<String> fallback =
        names.isEmpty()
            ? null
            : ProviderList.of("has a fallback that", provider, names.get(), known);
    if (provider == null && model == null && fallback == null) {
      throw new SettingException("chooses neither a provider nor a model nor a fallback");
    }
    return new Route(glob(label), glob(phase), provider, model, fallback);
  }

  private static @Nullable Glob glob(@Nullable String pattern) {
    return pattern == null ? null : new Glob(pattern);
  }

  private static @Nullable String text(JsonNode route, String key) throws SettingException {
    JsonNode value = route.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString() || value.asString().isBlank()) {
      throw new SettingException(
          "has a '" + key + "' that is " + (value.isString() ? "empty" : "no text"));
    }
    return value.asString().strip();
  }

  Optional<Route> of(@Nullable String label, @Nullable String phase) {
    return routes.stream().filter(route -> route.holds(label, phase)).findFirst();
  }
}
