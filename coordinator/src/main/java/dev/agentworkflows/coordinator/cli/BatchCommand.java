package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.Causes;
import dev.agentworkflows.coordinator.ProviderRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.batch.BatchBills;
import dev.agentworkflows.coordinator.batch.BatchFailedException;
import dev.agentworkflows.coordinator.batch.BatchFetching;
import dev.agentworkflows.coordinator.batch.BatchPrices;
import dev.agentworkflows.coordinator.batch.BatchRecord;
import dev.agentworkflows.coordinator.batch.BatchRecords;
import dev.agentworkflows.coordinator.batch.BlockingRetry;
import dev.agentworkflows.coordinator.cli.refusal.RefusalText;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.limit.RetryPolicy;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.store.StoreException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
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
      description = "Where batches are recorded. Default: OWF_HOME, else the project's .workflows.")
  private @Nullable Path home;

  @Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  BatchCommand(Console screen, Environment environment) {
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
        String message = e.refusal().map(RefusalText::of).orElse(String.valueOf(e.getMessage()));
        throw new BatchFailedException(providers.redactor().redact(message), e);
      } catch (RefusedException e) {
        throw new RefusedException(providers.redactor().redact(RefusalText.of(e)), e);
      }
    }
  }

  /** Does the command's work. */
  abstract int run(Providers providers);

  BatchRecords records() {
    return new BatchRecords(where());
  }

  /** The home of the batches that there are. */
  WorkflowHome where() {
    return environment().homes().forReading(home, note -> screen().note("owf: " + note));
  }

  /** For a batch to come: its file lies in a project as a script does. */
  WorkflowHome homeToKeep(Path input) {
    return environment().homes().forScript(home, input);
  }

  /** Whether the commands for batches, typed here, look into another home. */
  boolean isAnotherHome(WorkflowHome used) {
    return !environment().homes().place(home).equals(used.directory());
  }

  BatchFetching fetching(BatchRecords records, BatchBills bills, Providers providers) {
    return new BatchFetching(
        records, prices(providers), bills, patience(), providers.redactor(), environment().clock());
  }

  /** Counts in the database of the batches' home; only when asked to is it opened, or made. */
  BatchBills bills(WorkflowHome where) {
    return (batchId, at, usage) -> {
      try (OpenHome home = OpenHome.open(where, environment(), screen()::redactor)) {
        home.store().writer().billBatch(batchId, at, usage).join();
      } catch (StoreException e) {
        throw notCounted(batchId, e);
      } catch (CompletionException e) {
        throw notCounted(batchId, Causes.of(e));
      }
    };
  }

  private static BatchFailedException notCounted(String batchId, Throwable e) {
    return new BatchFailedException(
        "the results of %s are here, but what they cost can't be counted: %s\nFetch it again."
            .formatted(batchId, e.getMessage()),
        e);
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

  static BlockingRetry patience() {
    return new BlockingRetry(
        new RetryPolicy(new Random()), pause -> TimeUnit.MILLISECONDS.sleep(pause.toMillis()));
  }

  static Provider provider(String name, Providers providers) {
    Provider provider =
        providers.find(name).orElseThrow(() -> new RefusedException(providers.unknown(name)));
    if (provider.problem() != null) {
      throw new RefusedException(new ProviderRefusal.Unusable(provider.name(), provider.problem()));
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
            new ProviderRefusal.Unusable(provider.name(), String.valueOf(e.getMessage())), e);
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
