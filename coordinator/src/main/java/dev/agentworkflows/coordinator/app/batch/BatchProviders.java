package dev.agentworkflows.coordinator.app.batch;

import dev.agentworkflows.coordinator.BatchRefusal;
import dev.agentworkflows.coordinator.ProviderRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.batch.BatchPrices;
import dev.agentworkflows.coordinator.batch.BatchRecord;
import dev.agentworkflows.coordinator.batch.BlockingRetry;
import dev.agentworkflows.coordinator.limit.RetryPolicy;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.Capability;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The providers as batches need them. */
record BatchProviders(Providers providers) {

  /** One that can be used. */
  Provider named(String name) {
    Provider provider =
        providers.find(name).orElseThrow(() -> new RefusedException(providers.unknown(name)));
    if (provider.problem() != null) {
      throw new RefusedException(new ProviderRefusal.Unusable(provider.name(), provider.problem()));
    }
    return provider;
  }

  /** The batch API of a record's provider. */
  BatchApi api(BatchRecord record) {
    return api(named(record.provider()));
  }

  BatchApi api(Provider provider) {
    Optional<BatchApi> api = Optional.empty();
    if (provider.can(Capability.BATCHES)) {
      try {
        api = provider.adapter().batches();
      } catch (AdapterException e) {
        throw new RefusedException(
            new ProviderRefusal.Unusable(provider.name(), String.valueOf(e.getMessage())), e);
      }
    }
    return api.orElseThrow(() ->
        new RefusedException(
            new BatchRefusal.NoBatches(
                provider.name(),
                providers.all().stream()
                    .filter(other -> other.can(Capability.BATCHES))
                    .map(Provider::name)
                    .filter(name -> !name.equals(provider.name()))
                    .toList())));
  }

  /** The price table's, for the provider by any of its names. */
  BatchPrices prices(Map<String, String> variables) {
    Prices prices = Prices.of(variables);
    return (name, model, usage) -> {
      Set<String> names = new HashSet<>(Set.of(name));
      providers.find(name).ifPresent(provider -> names.addAll(provider.aliases()));
      return prices.find(names, model == null ? "" : model).flatMap(price -> price.cost(usage));
    };
  }

  static BlockingRetry patience() {
    return new BlockingRetry(
        new RetryPolicy(new Random()), pause -> TimeUnit.MILLISECONDS.sleep(pause.toMillis()));
  }
}
