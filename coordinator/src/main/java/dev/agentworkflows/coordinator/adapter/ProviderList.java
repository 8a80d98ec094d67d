package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.coordinator.text.Suggestion;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Providers by name, in the order in which they are asked. */
final class ProviderList {

  /** Between names where several stand in one text; no name has it. */
  private static final String SEPARATOR = ",";

  private ProviderList() {}

  static List<String> split(String names) {
    return Arrays.stream(names.split(SEPARATOR, -1)).map(String::strip).toList();
  }

  static String join(Collection<String> names) {
    return String.join(SEPARATOR, names);
  }

  /**
   * The canonical names of providers that stand behind another one.
   *
   * @param where whose list it is, for people
   * @param first the canonical name of the provider before them; null where there is none
   * @param names as they were written
   * @param known canonical names by all names that providers have
   * @throws SettingException when a name is unknown, empty, or there twice
   */
  static List<String> of(
      String where, @Nullable String first, List<String> names, Map<String, String> known)
      throws SettingException {
    Set<String> all = new LinkedHashSet<>();
    for (String name : names) {
      if (name.isBlank()) {
        throw new SettingException(where + " has an empty name");
      }
      String canonical = known.get(ProviderConfiguration.canonical(name.strip()));
      if (canonical == null) {
        throw new SettingException(
            where + " names the unknown provider '" + name + "'" + meant(name, known.keySet()));
      }
      if (canonical.equals(first)) {
        throw new SettingException(
            where + " names '" + name + "', which is the provider that it stands in for");
      }
      if (!all.add(canonical)) {
        throw new SettingException(where + " names '" + canonical + "' twice");
      }
    }
    return List.copyOf(all);
  }

  /** {@code (did you mean claude?)}, or nothing. */
  static String meant(String name, Collection<String> known) {
    return Suggestion.closest(ProviderConfiguration.canonical(name), known)
        .map(closest -> " (did you mean " + closest + "?)")
        .orElse("");
  }
}
