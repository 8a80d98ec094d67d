package dev.agentworkflows.coordinator.price;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What models cost: the user's own entries, those that were downloaded, and the built-in ones. The
 * longest prefix of a model's name wins, whosever it is; of equally long ones the user's own, then
 * the downloaded. Immutable; the built-in table is read when it is first needed.
 */
public final class Prices {

  /** Its entries are for these alone: calls to others need not read it. */
  static final Set<String> BUILT_IN_PROVIDERS = Set.of("openai", "anthropic", "gemini", "deepseek");

  private static final class BuiltIn {
    static final PriceTable TABLE = PriceTableReader.read("built in", text());

    private static String text() {
      try (InputStream in = Prices.class.getResourceAsStream("prices.json")) {
        if (in == null) {
          throw new IllegalStateException("prices.json is missing from the jar");
        }
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Path file;
  private final List<PriceTable> fromFiles;

  private Prices(Path file, List<PriceTable> fromFiles) {
    this.file = file;
    this.fromFiles = List.copyOf(fromFiles);
  }

  /**
   * Reads the user's files, where there are any.
   *
   * @throws dev.agentworkflows.coordinator.RefusedException when one of them makes no sense: what
   *     is to be done about a wrong price is to be known before it counts
   */
  public static Prices of(Map<String, String> environment) {
    PriceFiles files = PriceFiles.of(environment);
    return new Prices(files.own(), files.read());
  }

  /** Where the user's own prices are, or would be. */
  public Path file() {
    return file;
  }

  /** All tables, those first that win. */
  public List<PriceTable> tables() {
    List<PriceTable> tables = new ArrayList<>(fromFiles);
    tables.add(BuiltIn.TABLE);
    return Collections.unmodifiableList(tables);
  }

  /**
   * The price of a model.
   *
   * @param providers the names of the provider that was asked, aliases included
   * @param model as the provider names it; empty when nobody does
   */
  public Optional<Price> find(Collection<String> providers, String model) {
    List<PriceTable> tables =
        providers.stream().anyMatch(BUILT_IN_PROVIDERS::contains) ? tables() : fromFiles;
    PriceEntry best = null;
    for (PriceTable table : tables) {
      PriceEntry found = table.find(providers, model).orElse(null);
      if (found != null && (best == null || found.model().length() > best.model().length())) {
        best = found;
      }
    }
    return Optional.ofNullable(best).map(PriceEntry::price);
  }
}
