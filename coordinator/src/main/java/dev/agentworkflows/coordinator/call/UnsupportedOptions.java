package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.option.CheckedOptions;
import dev.agentworkflows.spi.Capability;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a call asks for and its provider has no way to be told. */
final class UnsupportedOptions {

  private UnsupportedOptions() {}

  /** Why the call must not go out; null when nothing speaks against it. */
  static @Nullable String problem(Providers providers, Provider provider, AdmittedCall call) {
    boolean mutating = call.request().mutating();
    for (var asked : asked(call.options()).entrySet()) {
      if (!provider.can(asked.getKey(), mutating)) {
        return problem(providers, provider, asked.getKey(), asked.getValue(), mutating);
      }
    }
    return null;
  }

  /** Effort alone costs no answer: the call goes out without it, and people are told once. */
  static boolean leavesEffortOut(Provider provider, AdmittedCall call) {
    return call.options().effort() != null
        && !provider.can(Capability.EFFORT, call.request().mutating())
        && call.scope().mayWarn("no effort by " + provider.name());
  }

  private static Map<Capability, String> asked(CheckedOptions options) {
    Map<Capability, String> asked = new LinkedHashMap<>();
    if (options.system() != null) {
      asked.put(Capability.SYSTEM, "system text");
    }
    if (options.tools() != null) {
      asked.put(Capability.TOOLS, "list of tools");
    }
    if (!options.mcpServers().isEmpty()) {
      asked.put(Capability.MCP_SERVERS, "mcp_servers");
    }
    options.files().stream()
        .filter(file -> file.type() != null)
        .forEach(file -> {
          boolean image = file.type() != null && file.type().isImage();
          asked.putIfAbsent(
              image ? Capability.IMAGES : Capability.PDFS,
              (image ? "images among files ('%s')" : "PDFs among files ('%s')")
                  .formatted(file.path()));
        });
    return asked;
  }

  private static String problem(
      Providers providers, Provider provider, Capability missing, String what, boolean mutating) {
    List<String> others =
        providers.all().stream()
            .filter(other -> other.problem() == null && other.can(missing, mutating))
            .map(Provider::name)
            .toList();
    String kind =
        !provider.can(missing)
            ? ""
            : mutating ? " in calls that may edit files" : " in read-only calls";
    return "%s takes no %s%s. Leave it out%s"
        .formatted(
            provider.name(),
            what,
            kind,
            others.isEmpty() ? "" : ", or use one that does: " + String.join(", ", others));
  }
}
