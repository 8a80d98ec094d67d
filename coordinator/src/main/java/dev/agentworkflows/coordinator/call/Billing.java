package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.price.Price;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a price on a call's attempts: what the provider says, else what its tokens cost by the price
 * table. What nobody knows stays unknown; where a budget of money rests on it, people are told,
 * once for a run and a model.
 */
final class Billing {

  private final CallMeter meter;
  private final AdmittedCall call;
  private final Set<String> providerNames;
  private final Prices prices;

  Billing(CallMeter meter, AdmittedCall call, Provider provider, Prices prices) {
    this.meter = meter;
    this.call = call;
    this.providerNames = new HashSet<>(provider.aliases());
    this.providerNames.add(provider.name());
    this.prices = prices;
  }

  /** Bills an answered attempt. */
  void answered(AgentReply reply) {
    BigDecimal told = reply.costUsd();
    meter.bill(reply.usage(), told == null ? computed(reply.model(), reply.usage()) : told);
  }

  /** Bills a failed attempt; one of which nothing is known is taken for unbilled. */
  void failed(Usage usage) {
    meter.bill(usage, usage.equals(Usage.UNKNOWN) ? null : computed(null, usage));
  }

  /**
   * @param answering the provider's own name of the model; null when it does not say
   */
  private @Nullable BigDecimal computed(@Nullable String answering, Usage usage) {
    String asked = call.model() == null ? "" : call.model();
    String model = answering == null ? asked : answering;
    Optional<Price> price =
        prices.find(providerNames, model).or(() -> prices.find(providerNames, asked));
    if (price.isEmpty()) {
      warn(
          model,
          "has no price, so it does not count against the budget of money. Give it one in "
              + prices.file()
              + ": {\"prices\": [{\"provider\": \""
              + call.providerName()
              + "\", \"model\": \""
              + model
              + "\", \"input\": …, \"output\": …}]}, US dollars per million tokens");
      return null;
    }
    Optional<BigDecimal> cost = price.get().cost(usage);
    if (cost.isEmpty()) {
      warn(
          model,
          "does not say how many tokens it took, so it does not count against the budget of money");
    }
    return cost.orElse(null);
  }

  private void warn(String model, String problem) {
    CallScope scope = call.scope();
    String tariff = call.providerName() + (model.isEmpty() ? "" : "/" + model);
    if (scope.ledger().limits().totalCostUsd() != null && scope.mayWarn(tariff + " " + problem)) {
      scope.events().warning(call.id(), tariff + " " + problem);
    }
  }
}
