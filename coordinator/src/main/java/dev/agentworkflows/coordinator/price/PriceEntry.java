package dev.agentworkflows.coordinator.price;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A price, and the models that it is for.
 *
 * @param model how their names begin, in lower case; empty for all of the provider's
 * @param provider whose models, in lower case; null for anybody's
 */
public record PriceEntry(String model, @Nullable String provider, Price price) {

  /** Whether it is for this model, at a provider with these names. */
  boolean isFor(Collection<String> providers, String modelName) {
    return modelName.toLowerCase(Locale.ROOT).startsWith(model)
        && (provider == null || providers.stream().anyMatch(provider::equalsIgnoreCase));
  }
}
