package dev.agentworkflows.coordinator.price;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a price table: {@code {"prices": [{"model", "provider", "input", "output", "cached_input",
 * "cache_write"}]}}. A table is taken as a whole or refused: half a price list is none.
 */
final class PriceTableReader {

  private static final Set<String> KEYS =
      new TreeSet<>(
          Set.of("model", "provider", "input", "output", "cached_input", "cache_write", "note"));

  /** Dearer than any model by far: what is above it was meant in another unit. */
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

  /** Far more than a price needs, and little enough to calculate with. */
  private static final int MOST_DECIMALS = 20;

  private static final int SHOWN = 60;

  private final String origin;

  private PriceTableReader(String origin) {
    this.origin = origin;
  }

  /**
   * Reads a table.
   *
   * @param origin what errors and lists call it
   * @throws RefusedException that names the entry and what was expected
   */
  static PriceTable read(String origin, String text) {
    return new PriceTableReader(origin).table(text);
  }

  private PriceTable table(String text) {
    JsonNode document;
    try {
      document = Json.readStrict(text);
    } catch (JsonTextException e) {
      throw new RefusedException(origin + " is not JSON: " + e.getMessage() + ".", e);
    }
    JsonNode prices = document.get("prices");
    if (prices == null || !prices.isArray()) {
      throw new RefusedException(
          origin
              + " has no list \"prices\", as in {\"prices\": [{\"model\": \"gpt-\", \"input\": 2,"
              + " \"output\": 10}]}.");
    }
    List<PriceEntry> entries = new ArrayList<>();
    Set<List<String>> seen = new HashSet<>();
    for (JsonNode node : prices) {
      String place = "prices[" + entries.size() + "]";
      PriceEntry entry = entry(place, node);
      if (!seen.add(List.of(entry.model(), String.valueOf(entry.provider())))) {
        throw refused(
            place, "is a second entry for the same model and provider, where one was expected");
      }
      entries.add(entry);
    }
    return new PriceTable(origin, remark(document, "date"), remark(document, "source"), entries);
  }

  private PriceEntry entry(String number, JsonNode node) {
    if (!node.isObject()) {
      throw refused(number, "is " + shown(node) + ", where an object was expected");
    }
    String model = name(number, node, "model");
    if (model == null) {
      throw refused(number, "has no model: the beginning of the names that it is for was expected");
    }
    String place = number + " (\"" + model + "\")";
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      if (!KEYS.contains(property.getKey())) {
        throw refused(place, "has an unknown key \"" + property.getKey() + "\"; known are " + KEYS);
      }
    }
    String provider = name(place, node, "provider");
    if (model.isEmpty() && provider == null) {
      throw refused(place, "is for every model, so a provider was expected");
    }
    return new PriceEntry(model, provider, price(place, node));
  }

  private Price price(String place, JsonNode node) {
    BigDecimal input = required(place, "input", amount(place, node, "input"));
    BigDecimal output = required(place, "output", amount(place, node, "output"));
    BigDecimal cached = amount(place, node, "cached_input");
    BigDecimal write = amount(place, node, "cache_write");
    return new Price(input, output, cached == null ? input : cached, write == null ? input : write);
  }

  private BigDecimal required(String place, String key, @Nullable BigDecimal amount) {
    if (amount == null) {
      throw refused(place, "has no " + key + ": US dollars per million tokens were expected");
    }
    return amount;
  }

  private @Nullable String name(String place, JsonNode node, String key) {
    JsonNode value = node.get(key);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw refused(place, key + " is " + shown(value) + ", where a text was expected");
    }
    return value.stringValue().strip().toLowerCase(Locale.ROOT);
  }

  private @Nullable BigDecimal amount(String place, JsonNode node, String key) {
    JsonNode value = node.get(key);
    if (value == null || value.isNull()) {
      return null;
    }
    if (value.isNumber()) {
      BigDecimal amount = value.decimalValue().stripTrailingZeros();
      if (amount.signum() >= 0 && amount.compareTo(MOST) <= 0 && amount.scale() <= MOST_DECIMALS) {
        return amount.scale() < 0 ? amount.setScale(0) : amount;
      }
    }
    throw refused(
        place,
        "%s is %s, where US dollars per million tokens were expected: a number from 0 to %s, with at most %d decimals"
            .formatted(key, shown(value), MOST, MOST_DECIMALS));
  }

  private @Nullable String remark(JsonNode document, String key) {
    JsonNode value = document.get(key);
    return value == null || !value.isString() ? null : value.stringValue();
  }

  private RefusedException refused(String place, String problem) {
    return new RefusedException(origin + ": " + place + " " + problem + ".");
  }

  private static String shown(JsonNode value) {
    String json = Json.write(value);
    return json.length() > SHOWN ? json.substring(0, SHOWN) + "…" : json;
  }
}
