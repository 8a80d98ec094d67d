package dev.agentworkflows.coordinator.cli.doctor;

import dev.agentworkflows.coordinator.Programs;
import dev.agentworkflows.coordinator.adapter.AdapterJars;
import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.price.Prices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who could be asked: adapters, configuration, keys and prices, and the agents' programs. */
record ProviderChecks(CheckContext around) {

  private static final List<String> AGENTS = List.of("claude", "codex");

  List<Finding> adapters() {
    try (AdapterJars jars = AdapterJars.in(around.adapters().toRead())) {
      if (!jars.warnings().isEmpty()) {
        return jars.warnings().stream().map(warning -> Finding.fault("adapters", warning)).toList();
      }
      return List.of(
          Finding.ok("adapters", jars.found().size() + " in " + around.adapters().path()));
    }
  }

  List<Finding> providers() {
    List<Finding> findings = new ArrayList<>();
    AdapterJars jars = AdapterJars.in(around.adapters().toRead());
    try (Providers providers = Providers.load(around.variables(), jars)) {
      findings.add(Finding.ok("providers", String.join(", ", providers.names())));
      for (Provider provider : providers.all()) {
        String problem = provider.problem();
        if (problem != null) {
          findings.add(
              Finding.fault(
                  "providers",
                  "the provider '"
                      + provider.name()
                      + "' can't be used: "
                      + problem
                      + ". `owf providers` tells where its settings come from."));
        }
      }
      findings.add(keys(providers));
    }
    return findings;
  }

  /** Names of variables, never a value. */
  private Finding keys(Providers providers) {
    List<String> set = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Provider provider : providers.all()) {
      if (provider.keyVariables().isEmpty() || AGENTS.contains(provider.name())) {
        continue;
      }
      Optional<String> variable =
          provider.keyVariables().stream()
              .sorted()
              .filter(name -> !around.variables().getOrDefault(name, "").isBlank())
              .findFirst();
      variable.ifPresentOrElse(
          name -> set.add(provider.name() + " (" + name + ")"),
          () ->
              missing.add(
                  provider.name()
                      + " ("
                      + provider.keyVariables().stream()
                          .sorted()
                          .collect(Collectors.joining(" or "))
                      + ")"));
    }
    String text =
        "set: "
            + (set.isEmpty() ? "none" : String.join(", ", set))
            + "; not set: "
            + (missing.isEmpty() ? "none" : String.join(", ", missing));
    return set.isEmpty()
        ? Finding.note(
            "keys", text + ". Providers over HTTP need theirs; `fake`, claude and codex do not.")
        : Finding.ok("keys", text);
  }

  List<Finding> prices() {
    return List.of(
        Finding.ok(
            "prices",
            Prices.of(around.variables()).tables().stream()
                .map(table -> table.entries().size() + " in " + table.origin())
                .collect(Collectors.joining(", "))));
  }

  List<Finding> agents() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    Programs programs = new Programs(around.variables());
    for (String agent : AGENTS) {
      Optional<Path> program = programs.find(agent);
      if (program.isEmpty()) {
        findings.add(
            Finding.note(
                agent, "no " + agent + " on PATH: only --provider " + agent + " needs it."));
        continue;
      }
      Programs.Answer answer = programs.ask(program.get(), "--version");
      String found = answer.line() + " at " + program.get();
      findings.add(
          answer.fine()
              ? Finding.ok(agent, found)
              : Finding.note(agent, "it does not work: " + found + ". Install it again."));
    }
    return findings;
  }
}
