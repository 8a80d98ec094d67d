package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.spi.SpiLevel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An adapter as people are shown it: one of ours, one of a third party's, or what was found in its
 * place and can't be used.
 *
 * @param name null for what can't even say its name
 * @param path null when it is built in
 * @param spiLevel what it was built for; null when it does not say
 * @param problem why it can't be used; null when it can
 */
public record ListedAdapter(
    @Nullable String name,
    List<String> aliases,
    List<String> capabilities,
    @Nullable Path path,
    @Nullable Integer spiLevel,
    @Nullable String problem) {

  /** All adapters: ours, then those of {@code jars}, in the order of their paths. */
  public static List<ListedAdapter> all(AdapterJars jars) {
    List<ListedAdapter> all = new ArrayList<>();
    Map<String, String> owners = new HashMap<>();
    List<AdapterFactory> ours = new ArrayList<>(Providers.builtIn());
    ours.sort(Comparator.comparing(AdapterFactory::name));
    for (AdapterFactory factory : ours) {
      all.add(of(factory, null, SpiLevel.CURRENT, owners));
    }
    for (FoundAdapter found : jars.found()) {
      if (found instanceof FoundAdapter.Usable usable) {
        Integer level = usable.spiLevel().isPresent() ? usable.spiLevel().getAsInt() : null;
        usable.factories().forEach(factory -> all.add(of(factory, found.path(), level, owners)));
      } else if (found instanceof FoundAdapter.Broken broken) {
        all.add(
            new ListedAdapter(null, List.of(), List.of(), found.path(), null, broken.problem()));
      }
    }
    return all;
  }

  private static ListedAdapter of(
      AdapterFactory factory,
      @Nullable Path path,
      @Nullable Integer level,
      Map<String, String> owners) {
    List<String> aliases = List.copyOf(new TreeSet<>(factory.aliases()));
    List<String> names = new ArrayList<>(aliases);
    names.add(0, factory.name());
    String origin = path == null ? "built in" : path.toString();
    String problem = null;
    for (String name : names) {
      String owner = owners.putIfAbsent(name, origin);
      if (owner != null && problem == null) {
        problem = "the name '" + name + "' is taken (" + owner + "); remove one of them";
      }
    }
    return new ListedAdapter(
        factory.name(),
        aliases,
        factory.capabilities().stream().sorted().map(Capability::name).toList(),
        path,
        level,
        problem);
  }
}
