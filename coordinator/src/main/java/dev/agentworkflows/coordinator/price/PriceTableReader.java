package dev.agentworkflows.coordinator.price;

import dev.agentworkflows.coordinator.FileRefusal;
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
 * "cache_write"}]}}, or {@code {"prices": {MODEL: [INPUT, OUTPUT]}}}, as the Python runtime has it,
 * also without what is around it. A table is taken as a whole or refused: half a price list is
 * none.
 */
final class PriceTableReader {

  private static final Set<String> KEYS =
      new TreeSet<>(
          Set.of("model", "provider", "input", "output", "cached_input", "cache_write", "note"));

  /** Dearer than any model by far: what is above it was meant in another unit. */
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

  /** Far more than a price needs, and little enough to calculate with. */
  private static final int MAX_DECIMALS = 20;

  private static final int SHOWN = 60;

  private final String origin;
  private final Set<List<String>> seen = new HashSet<>();

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
      throw new RefusedException(
          new FileRefusal.Malformed(origin, "is not JSON: " + e.getMessage()), e);
    }
    List<PriceEntry> entries = new ArrayList<>();
    JsonNode prices = prices(document);
    if (prices.isObject()) {
      for (Map.Entry<String, JsonNode> price : prices.properties()) {
        add(entries, "prices[\"" + price.getKey() + "\"]", pair(price.getKey(), price.getValue()));
      }
    } else {
      for (JsonNode node : prices) {
        String place = "prices[" + entries.size() + "]";
        add(entries, place, entry(place, node));
      }
    }
    return new PriceTable(origin, remark(document, "date"), remark(document, "source"), entries);
  }

  /** The list, or the object of models; which may also be the document itself. */
  private JsonNode prices(JsonNode document) {
    JsonNode prices = document.get("prices");
    if (prices != null && (prices.isArray() || prices.isObject())) {
      return prices;
    }
    boolean bare =
        prices == null
            && !document.isEmpty()
            && document.properties().stream().allMatch(price -> price.getValue().isArray());
    if (!bare) {
      throw new RefusedException(
          new FileRefusal.Malformed(
              origin,
              "has no list \"prices\", as in {\"prices\": [{\"model\": \"gpt-\", \"input\": 2,"
                  + " \"output\": 10}]}, or in {\"prices\": {\"gpt-\": [2, 10]}}"));
    }
    return document;
  }

  private void add(List<PriceEntry> entries, String place, PriceEntry entry) {
    if (!seen.add(List.of(entry.model(), String.valueOf(entry.provider())))) {
      throw refused(
          place, "is a second entry for the same model and provider, where one was expected");
    }
    entries.add(entry);
  }

  /** A model with the prices of its input and its output. */
  private PriceEntry pair(String name, JsonNode node) {
    String place = "prices[\"" + name + "\"]";
    String model = name.strip().toLowerCase(Locale.ROOT);
    if (model.isEmpty()) {
      throw refused(place, "is for every model, where the beginning of some names was expected");
    }
    if (!node.isArray() || node.size() != 2) {
      throw refused(
          place, "is " + shown(node) + ", where [INPUT, OUTPUT] was expected: two prices");
    }
    BigDecimal input = amount(place, "the first", node.get(0));
    BigDecimal output = amount(place, "the second", node.get(1));
    return new PriceEntry(model, null, new Price(input, output, input, input));
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
    return value == null || value.isNull() ? null : amount(place, key, value);
  }

  private BigDecimal amount(String place, String key, JsonNode value) {
    if (value.isNumber()) {
      BigDecimal amount = value.decimalValue().stripTrailingZeros();
      if (amount.signum() >= 0 && amount.compareTo(MOST) <= 0 && amount.scale() <= MAX_DECIMALS) {
        return amount.scale() < 0 ? amount.setScale(0) : amount;
      }
    }
    throw refused(
        place,
        "%s is %s, where US dollars per million tokens were expected: a number from 0 to %s, with at most %d decimals"
            .formatted(key, shown(value), MOST, MAX_DECIMALS));
  }

  private @Nullable String remark(JsonNode document, String key) {
    JsonNode value = document.get(key);
    return value == null || !value.isString() ? null : value.stringValue();
  }

  private RefusedException refused(String place, String problem) {
    return new RefusedException(new FileRefusal.BadEntry(origin, place, problem));
  }

  private static String shown(JsonNode value) {
    String json = Json.write(value);
    return json.length() > SHOWN ? json.substring(0, SHOWN) + "…" : json;
  }
}
