package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.AdapterJars;
import dev.agentworkflows.coordinator.adapter.ListedAdapter;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(
    name = "adapters",
    description = "List the adapters: ours, and those of third parties.")
@Manual(
    description =
        "Where each comes from, what it can do, and what is wrong with those that can't be "
            + "used. `owf adapters install` fetches one.",
    examples = {"owf adapters", "owf adapters --json"},
    seeAlso = {"adapters install", "providers", "docs/adapters.md"})
final class AdaptersCommand extends Command {

  @CommandLine.Mixin private AdaptersOption adapters = new AdaptersOption();

  @CommandLine.Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  AdaptersCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    try (AdapterJars jars = adapters.jars(environment())) {
      List<ListedAdapter> all = ListedAdapter.all(jars);
      if (json) {
        screen().json(document(all));
      } else {
        all.forEach(adapter -> screen().line(line(adapter)));
      }
    }
    return ExitCode.FINE;
  }

  private static ArrayNode document(List<ListedAdapter> all) {
    ArrayNode list = Json.array();
    for (ListedAdapter adapter : all) {
      ObjectNode entry = list.addObject();
      entry.put("name", adapter.name());
      ArrayNode aliases = entry.putArray("aliases");
      adapter.aliases().forEach(aliases::add);
      ArrayNode capabilities = entry.putArray("capabilities");
      adapter
          .capabilities()
          .forEach(capability -> capabilities.add(capability.toLowerCase(Locale.ROOT)));
      entry.put("built_in", adapter.path() == null);
      entry.put("path", text(adapter.path()));
      entry.put("spi_level", adapter.spiLevel());
      entry.put("problem", adapter.problem());
    }
    return list;
  }

  /** What is wrong comes first: it is what people look for. */
  private static String line(ListedAdapter adapter) {
    String origin = adapter.path() == null ? "built in" : adapter.path().toString();
    String about =
        Stream.of(
                adapter.problem() == null ? "" : "CAN'T BE USED: " + adapter.problem(),
                adapter.aliases().isEmpty() ? "" : "also " + String.join(", ", adapter.aliases()),
                capabilities(adapter.capabilities()),
                adapter.spiLevel() == null ? "" : "SPI level " + adapter.spiLevel())
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("; "));
    String name = adapter.name() == null ? "?" : adapter.name();
    return "%-14s %s%s".formatted(name, origin, about.isEmpty() ? "" : ": " + about);
  }

  private static String capabilities(List<String> capabilities) {
    return capabilities.stream()
        .map(capability -> capability.toLowerCase(Locale.ROOT).replace('_', ' '))
        .collect(Collectors.joining(", "));
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
