package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/** What calls may ask of each provider, as the adapters say: for people, JSON and the docs. */
public final class CapabilityMatrix {

  /** In the order of the columns. */
  private static final Map<Capability, String> LABELS = new LinkedHashMap<>();

  static {
    LABELS.put(Capability.SYSTEM, "system");
    LABELS.put(Capability.EFFORT, "effort");
    LABELS.put(Capability.TOOLS, "tools");
    LABELS.put(Capability.MCP_SERVERS, "mcp_servers");
    LABELS.put(Capability.IMAGES, "images");
    LABELS.put(Capability.PDFS, "PDFs");
    LABELS.put(Capability.NATIVE_SCHEMA, "schema");
    LABELS.put(Capability.EDITS_FILES, "edits");
    LABELS.put(Capability.BATCHES, "batch");
    LABELS.put(Capability.REPORTS_COST, "cost");
    LABELS.put(Capability.COST_LIMIT, "limit");
    LABELS.put(Capability.HISTORY, "history");
    LABELS.put(Capability.SESSIONS, "sessions");
  }

  private static final List<Capability> COLUMNS = List.copyOf(LABELS.keySet());

  private CapabilityMatrix() {}

  /** The columns' names. */
  public static List<String> columns() {
    return COLUMNS.stream().map(CapabilityMatrix::label).toList();
  }

  private static String label(Capability capability) {
    return LABELS.getOrDefault(capability, capability.name().toLowerCase(Locale.ROOT));
  }

  /** The cells of a provider's row: {@code yes}, {@code no}, or the kind of calls that have it. */
  public static List<String> row(Provider provider) {
    return COLUMNS.stream()
        .map(column -> cell(provider.can(column, false), provider.can(column, true)))
        .toList();
  }

  private static String cell(boolean readOnly, boolean mutating) {
    if (readOnly == mutating) {
      return readOnly ? "yes" : "no";
    }
    return mutating ? "mutating" : "read-only";
  }

  /** The names of what a provider can do in calls of one kind. */
  public static List<String> names(Provider provider, boolean mutating) {
    return COLUMNS.stream()
        .filter(column -> provider.can(column, mutating))
        .map(column -> label(column).toLowerCase(Locale.ROOT))
        .toList();
  }

  /** The built-in adapters as a table of the documentation. */
  static String markdown() {
    List<AdapterFactory> factories = new ArrayList<>(Providers.builtIn());
    factories.sort(Comparator.comparing(AdapterFactory::name));
    StringBuilder table = new StringBuilder();
    StringJoiner head = new StringJoiner(" | ", "| | ", " |\n");
    StringJoiner rule = new StringJoiner("|", "|---|", "|\n");
    for (String column : columns()) {
      head.add("`" + column + "`");
      rule.add("---");
    }
    table.append(head).append(rule);
    for (AdapterFactory factory : factories) {
      Set<Capability> readOnly = factory.capabilities(false);
      Set<Capability> mutating = factory.capabilities(true);
      StringJoiner row = new StringJoiner(" | ", "| `" + factory.name() + "` | ", " |\n");
      COLUMNS.forEach(
          column -> row.add(cell(readOnly.contains(column), mutating.contains(column))));
      table.append(row);
    }
    return table.toString();
  }
}
