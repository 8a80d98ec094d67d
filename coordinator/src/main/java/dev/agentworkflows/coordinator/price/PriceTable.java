package dev.agentworkflows.coordinator.price;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one price file.
 *
 * @param origin {@code built in}, or the file's path
 * @param date when its prices were looked up, as the file says; null when it does not
 * @param source where, as the file says; null when it does not
 */
public record PriceTable(
    String origin, @Nullable String date, @Nullable String source, List<PriceEntry> entries) {

  private static final Comparator<PriceEntry> BETTER =
      Comparator.<PriceEntry>comparingInt(entry -> entry.model().length())
          .thenComparing(entry -> entry.provider() != null);

  public PriceTable {
    entries = List.copyOf(entries);
  }

  /** The longest prefix; of two, the one that names the provider. */
  Optional<PriceEntry> find(Collection<String> providers, String model) {
    return entries.stream().filter(entry -> entry.isFor(providers, model)).max(BETTER);
  }
}
