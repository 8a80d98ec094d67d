package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.batch.BatchFailedException;
import dev.agentworkflows.coordinator.batch.BatchFetching;
import dev.agentworkflows.coordinator.batch.BatchPrices;
import dev.agentworkflows.coordinator.batch.BatchRecord;
import dev.agentworkflows.coordinator.batch.BatchRecords;
import dev.agentworkflows.coordinator.batch.Patience;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.limit.RetrySchedule;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.Capability;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands for batches have in common: a home, the providers, and how failures end. */
abstract class BatchCommand extends Command {

  @Mixin private AdaptersOption adapters = new AdaptersOption();

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "Where batches are recorded. Default: OWF_HOME, else ./.workflows, else the one used"
              + " last.")
  private @Nullable Path home;

  @Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  BatchCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  boolean json() {
    return json;
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public final Integer call() {
    try (Providers providers = adapters.providers(screen(), environment())) {
      try {
        return run(providers);
      } catch (BatchFailedException e) {
        return failed(providers.redactor().redact(String.valueOf(e.getMessage())), e);
      } catch (RefusedException e) {
        throw new RefusedException(providers.redactor().redact(String.valueOf(e.getMessage())), e);
      }
    }
  }

  /** Does the command's work. */
  abstract int run(Providers providers);

  private int failed(String message, BatchFailedException e) {
    if (debug()) {
      screen().stackTrace(e);
    }
    if (json) {
      screen().json(Json.object().put("error", message));
    }
    screen().note("owf: " + message);
    return ExitCode.FAILED;
  }

  BatchRecords records() {
    return new BatchRecords(
        WorkflowHome.forReading(home, environment().variables(), environment().cache()));
  }

  /** For a batch to come. */
  BatchRecords recordsToKeep() {
    return new BatchRecords(
        WorkflowHome.forKeeping(home, environment().variables(), environment().cache()));
  }

  BatchFetching fetching(BatchRecords records, Providers providers) {
    return new BatchFetching(
        records, prices(providers), patience(), providers.redactor(), environment().clock());
  }

  /** The price table's, for the provider by any of its names. */
  private BatchPrices prices(Providers providers) {
    Prices prices = Prices.of(environment().variables());
    return (name, model, usage) -> {
      Set<String> names = new HashSet<>(Set.of(name));
      providers.find(name).ifPresent(provider -> names.addAll(provider.aliases()));
      return prices.find(names, model == null ? "" : model).flatMap(price -> price.cost(usage));
    };
  }

  static Patience patience() {
    return new Patience(
        new RetrySchedule(ThreadLocalRandom.current()),
        pause -> TimeUnit.MILLISECONDS.sleep(pause.toMillis()));
  }

  static Provider provider(String name, Providers providers) {
    Provider provider =
        providers.find(name).orElseThrow(() -> new RefusedException(providers.unknown(name) + "."));
    if (provider.problem() != null) {
      throw new RefusedException(
          "the provider '" + provider.name() + "' can't be used: " + provider.problem());
    }
    return provider;
  }

  /** The batch API of a record's provider. */
  static BatchApi api(BatchRecord record, Providers providers) {
    return api(provider(record.provider(), providers), providers);
  }

  static BatchApi api(Provider provider, Providers providers) {
    Optional<BatchApi> api = Optional.empty();
    if (provider.can(Capability.BATCHES)) {
      try {
        api = provider.adapter().batches();
      } catch (AdapterException e) {
        throw new RefusedException(
            "the provider '" + provider.name() + "' can't be used: " + e.getMessage(), e);
      }
    }
    return api.orElseThrow(() ->
        new RefusedException(
            "the provider '%s' takes no batches; those that do: %s."
                .formatted(
                    provider.name(),
                    providers.all().stream()
                        .filter(other -> other.can(Capability.BATCHES))
                        .map(Provider::name)
                        .filter(name -> !name.equals(provider.name()))
                        .collect(Collectors.joining(", ")))));
  }
}
