package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.price.Price;
import dev.agentworkflows.coordinator.price.PriceDownload;
import dev.agentworkflows.coordinator.price.PriceEntry;
import dev.agentworkflows.coordinator.price.PriceFiles;
import dev.agentworkflows.coordinator.price.PriceTable;
import dev.agentworkflows.coordinator.price.Prices;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(
    name = "prices",
    description = "List what models cost, in US dollars per million tokens, or download a list.")
@Manual(
    description =
        "The longest beginning of a model's name wins; of equally long ones that of the "
            + "user's own file, ~/.workflows/prices.json (or OWF_PRICES_FILE), then of the "
            + "downloaded one beside it.",
    examples = {"owf prices", "owf prices --refresh --url https://prices.example/prices.json"},
    seeAlso = {"usage", "docs/providers.md"})
final class PricesCommand extends Command {

  private static final String VARIABLE = "OWF_PRICES_URL";

  private static final String FORMAT = "%-12s %-24s %9s %9s %9s %9s  %s";

  @CommandLine.Option(
      names = "--refresh",
      description = "Download a list and use it from now on; the user's own file stays as it is.")
  private boolean refresh;

  @CommandLine.Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Where to download it: https://…, or http://127.0.0.1…. Default: OWF_PRICES_URL.")
  private @Nullable String url;

  @CommandLine.Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  /** An entry, and whose it is. */
  private record Listed(PriceEntry entry, PriceTable table) {

    String provider() {
      return entry.provider() == null ? "" : entry.provider();
    }
  }

  PricesCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    String from = refresh && url == null ? environment().variables().get(VARIABLE) : url;
    if (refresh != (from != null && !from.isBlank())) {
      throw new RefusedException(
          "--refresh and --url URL (or OWF_PRICES_URL) go together: where prices come from is for"
              + " you to say.");
    }
    if (from != null) {
      refresh(PriceDownload.from(from));
    } else {
      list(Prices.of(environment().variables()));
    }
    return ExitCode.FINE;
  }

  private void refresh(PriceDownload download) {
    PriceFiles files = PriceFiles.of(environment().variables());
    int entries =
        files.refresh(
            "what " + download.name() + " gave", screen().redactor().redact(download.text()));
    if (json) {
      screen()
          .json(
              Json.object()
                  .put("url", download.name())
                  .put("file", files.refreshed().toString())
                  .put("entries", entries));
    } else {
      screen()
          .line("%d prices from %s in %s".formatted(entries, download.name(), files.refreshed()));
    }
  }

  private void list(Prices prices) {
    List<Listed> listed = listed(prices);
    if (json) {
      screen().json(document(prices, listed));
      return;
    }
    screen()
        .line(FORMAT.formatted("provider", "model", "input", "output", "cached", "write", "from"));
    listed.forEach(this::print);
    for (PriceTable table : prices.tables()) {
      screen().line("");
      screen().line(table.origin() + (table.date() == null ? "" : ", " + table.date()));
      if (table.source() != null) {
        screen().line("  " + table.source());
      }
    }
  }

  /** Without those that never win. */
  private static List<Listed> listed(Prices prices) {
    List<Listed> listed = new ArrayList<>();
    Set<List<String>> seen = new HashSet<>();
    for (PriceTable table : prices.tables()) {
      for (PriceEntry entry : table.entries()) {
        Listed one = new Listed(entry, table);
        if (seen.add(List.of(one.provider(), entry.model()))) {
          listed.add(one);
        }
      }
    }
    listed.sort(Comparator.comparing(Listed::provider).thenComparing(one -> one.entry().model()));
    return listed;
  }

  private void print(Listed one) {
    Price price = one.entry().price();
    screen()
        .line(
            FORMAT.formatted(
                one.provider().isEmpty() ? "any" : one.provider(),
                one.entry().model() + "*",
                price.input().toPlainString(),
                price.output().toPlainString(),
                price.cachedInput().toPlainString(),
                price.cacheWrite().toPlainString(),
                one.table().origin()));
  }

  private static ObjectNode document(Prices prices, List<Listed> listed) {
    ObjectNode document = Json.object();
    ArrayNode tables = document.putArray("tables");
    for (PriceTable table : prices.tables()) {
      tables
          .addObject()
          .put("from", table.origin())
          .put("date", table.date())
          .put("source", table.source());
    }
    ArrayNode list = document.putArray("prices");
    for (Listed one : listed) {
      Price price = one.entry().price();
      list.addObject()
          .put("model", one.entry().model())
          .put("provider", one.entry().provider())
          .put("input", price.input())
          .put("output", price.output())
          .put("cached_input", price.cachedInput())
          .put("cache_write", price.cacheWrite())
          .put("from", one.table().origin());
    }
    return document;
  }
}
