package dev.agentworkflows.coordinator.app.batch;

import dev.agentworkflows.coordinator.Causes;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.batch.BatchBills;
import dev.agentworkflows.coordinator.batch.BatchFailedException;
import dev.agentworkflows.coordinator.batch.BatchFetching;
import dev.agentworkflows.coordinator.batch.BatchRecord;
import dev.agentworkflows.coordinator.batch.BatchRecords;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.store.StoreException;
import java.util.concurrent.CompletionException;

/** Asks a provider how far a batch is, and brings its results home. */
public final class FetchBatch {

  private final Environment environment;
  private final Providers providers;
  private final WorkflowHome home;

  /**
   * @param home where the batch is recorded
   */
  public FetchBatch(Environment environment, Providers providers, WorkflowHome home) {
    this.environment = environment;
    this.providers = providers;
    this.home = home;
  }

  /**
   * What is known of a batch by now. Blocks.
   *
   * @param id ours, the provider's, or latest
   */
  public BatchRecord status(String id) {
    BatchRecords records = new BatchRecords(home);
    return fetching(records).refresh(records.find(id), new BatchProviders(providers)::api);
  }

  /**
   * Its results in a file, and what they cost counted. Blocks.
   *
   * @param id ours, the provider's, or latest
   */
  public BatchFetching.Fetched fetch(String id) {
    BatchRecords records = new BatchRecords(home);
    return fetching(records).fetch(records.find(id), new BatchProviders(providers)::api);
  }

  private BatchFetching fetching(BatchRecords records) {
    return new BatchFetching(
        records,
        new BatchProviders(providers).prices(environment.variables()),
        bills(),
        BatchProviders.patience(),
        providers.redactor(),
        environment.clock());
  }

  /** Counts in the database of the batches' home; only when asked to is it opened, or made. */
  private BatchBills bills() {
    return (batchId, at, usage) -> {
      try (OpenHome open = OpenHome.open(home, environment, providers::redactor)) {
        open.store().writer().billBatch(batchId, at, usage).join();
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
}
