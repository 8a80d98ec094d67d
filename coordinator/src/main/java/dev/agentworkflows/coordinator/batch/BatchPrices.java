package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What tokens cost outside of batches. */
@FunctionalInterface
public interface BatchPrices {

  /** Knows no price. */
  BatchPrices NONE = (provider, model, usage) -> Optional.empty();

  /**
   * In US dollars; empty when the price or the tokens are unknown.
   *
   * @param model as the provider calls it; null when nobody knows
   */
  Optional<BigDecimal> cost(String provider, @Nullable String model, Usage usage);
}
