package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.CapabilityMatrix;
import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.json.Json;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(
    name = "providers",
    description =
        "List the providers: settings, whether a key is there, and what calls may ask for.")
@Manual(
    description =
        "Configured by OWF_PROVIDER_<NAME>_<SETTING>, else by ~/.workflows/providers.json "
            + "(or OWF_PROVIDERS_FILE). A key's value is never shown.",
    examples = {"owf providers", "owf providers --json"},
    seeAlso = {"doctor", "adapters", "docs/providers.md"})
final class ProvidersCommand extends Command {

  private static final String FORMAT = "%-14s %-12s %-28s %5s  %s";

  @CommandLine.Mixin private AdaptersOption adapters = new AdaptersOption();

  @CommandLine.Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  ProvidersCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    try (Providers providers = adapters.providers(screen(), environment())) {
      if (json) {
        ArrayNode list = Json.array();
        providers.all().forEach(provider -> list.add(document(provider)));
        screen().json(list);
      } else {
        screen().line(FORMAT.formatted("provider", "kind", "model", "calls", "key"));
        providers.all().forEach(this::print);
        printMatrix(providers);
      }
    }
    return ExitCode.FINE;
  }

  private Optional<String> keySetIn(Provider provider) {
    return provider.keyVariables().stream()
        .sorted()
        .filter(name -> !environment().variables().getOrDefault(name, "").isBlank())
        .findFirst();
  }

  private ObjectNode document(Provider provider) {
    ObjectNode document = Json.object();
    document.put("name", provider.name());
    provider.aliases().stream().sorted().forEach(document.putArray("aliases")::add);
    document.put("kind", provider.kind());
    document.put("default_model", provider.defaultModel());
    provider.fallback().forEach(document.putArray("fallback")::add);
    document.put("concurrency", limit(provider.concurrency()));
    document.put("requests_per_minute", limit(provider.requestsPerMinute()));
    document.put("tokens_per_minute", limit(provider.tokensPerMinute()));
    document.put("base_url", provider.baseUrl());
    provider.keyVariables().stream().sorted().forEach(document.putArray("key_variables")::add);
    document.put("key_present", keySetIn(provider).isPresent());
    ObjectNode sources = document.putObject("sources");
    provider.sources().forEach(sources::put);
    ObjectNode capabilities = document.putObject("capabilities");
    CapabilityMatrix.names(provider, false).forEach(capabilities.putArray("read_only")::add);
    CapabilityMatrix.names(provider, true).forEach(capabilities.putArray("mutating")::add);
    document.put("problem", provider.problem());
    return document;
  }

  private static @Nullable Integer limit(int number) {
    return number == 0 ? null : Integer.valueOf(number);
  }

  private void print(Provider provider) {
    screen()
        .line(
            FORMAT
                .formatted(
                    provider.name(),
                    provider.kind() == null ? "-" : provider.kind(),
                    provider.defaultModel() == null ? "-" : provider.defaultModel(),
                    provider.concurrency() == 0 ? "any" : provider.concurrency(),
                    key(provider))
                .stripTrailing());
    if (provider.problem() != null) {
      screen().line("  can't be used: " + provider.problem());
    }
    if (!provider.fallback().isEmpty()) {
      screen().line("  when it can't answer: " + String.join(", ", provider.fallback()));
    }
    provider.sources().forEach((setting, source) -> screen().line("  " + setting + ": " + source));
  }

  private void printMatrix(Providers providers) {
    screen().line("");
    screen().line("what a call may ask for (texts among files: everywhere):");
    screen().line(cells("provider", CapabilityMatrix.columns(), CapabilityMatrix.columns()));
    for (Provider provider : providers.all()) {
      screen()
          .line(
              cells(
                  provider.name(),
                  CapabilityMatrix.columns(),
                  CapabilityMatrix.row(provider).stream()
                      .map(cell -> cell.equals("no") ? "-" : cell)
                      .toList()));
    }
  }

  private static String cells(String name, List<String> columns, List<String> cells) {
    StringBuilder line = new StringBuilder("%-14s".formatted(name));
    for (int i = 0; i < cells.size(); i++) {
      int width = Math.max(columns.get(i).length(), 8);
      line.append(' ').append(("%-" + width + "s").formatted(cells.get(i)));
    }
    return line.toString().stripTrailing();
  }

  private String key(Provider provider) {
    List<String> variables = provider.keyVariables().stream().sorted().toList();
    return keySetIn(provider)
        .map(variable -> variable + " is set")
        .orElseGet(() -> variables.isEmpty() ? "" : String.join(" or ", variables) + ": not set");
  }
}
