package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.price.Price;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.spi.Capability;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Models without a price, which no budget of money can hold. */
final class Unpriced {

  private Unpriced() {}

  /** Why the call must not go out; null when nothing speaks against it. */
  static @Nullable String problem(
      BudgetLimits limits,
      Prices prices,
      Provider provider,
      @Nullable String asked,
      Optional<Price> price) {
    if (limits.totalCostUsd() == null
        || limits.allowUnpriced()
        || price.isPresent()
        || provider.can(Capability.REPORTS_COST)) {
      return null;
    }
    String model = asked == null ? "" : asked;
    return provider.name()
        + (model.isEmpty() ? "" : "/" + model)
        + " has no price, so a budget of money can't hold it. "
        + cure(prices, provider.name(), model)
        + "; or let it go uncounted with allow_unpriced";
  }

  static String cure(Prices prices, String provider, String model) {
    return "Give it one in "
        + prices.file()
        + ": {\"prices\": [{\"provider\": \""
        + provider
        + "\", \"model\": \""
        + model
        + "\", \"input\": …, \"output\": …}]}, US dollars per million tokens";
  }
}
