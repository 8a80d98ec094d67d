package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.BatchRefusal;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.BatchState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Looks at batches, and brings their results home: once, for they don't change any more. */
public final class BatchFetching {

  private final BatchRecords records;
  private final BatchPrices prices;
  private final BatchBills bills;
  private final BlockingRetry patience;
  private final Redactor redactor;
  private final Clock clock;

  public BatchFetching(
      BatchRecords records,
      BatchPrices prices,
      BatchBills bills,
      BlockingRetry patience,
      Redactor redactor,
      Clock clock) {
    this.records = records;
    this.prices = prices;
    this.bills = bills;
    this.patience = patience;
    this.redactor = redactor;
    this.clock = clock;
  }

  /** Where the provider's batch API comes from; not asked when nothing needs to be. */
  @FunctionalInterface
  public interface Apis {
    BatchApi of(BatchRecord record);
  }

  /**
   * A batch's results in a file.
   *
   * @param unknownResults how many results were for none of its questions, or came twice
   */
  public record Fetched(
      BatchRecord record, Path results, ResultSummary summary, int unknownResults) {}

  /** What is known by now; a batch that is over, or that may not exist, is not asked for. */
  public BatchRecord refresh(BatchRecord record, Apis apis) {
    return record.status() == BatchStatus.IN_PROGRESS ? asked(record, apis.of(record)) : record;
  }

  private BatchRecord asked(BatchRecord record, BatchApi api) {
    String id = String.valueOf(record.providerBatchId());
    try {
      BatchState state = patience.idempotent(() -> api.state(id));
      return records.save(record.seen(state, redactor.redactNullable(state.problem())));
    } catch (AdapterException e) {
      throw new BatchFailedException(
          "cannot look at the batch " + record.id() + " (" + id + "): " + e.getMessage(), e);
    } catch (IOException e) {
      throw new BatchFailedException(
          "cannot keep what was seen of " + record.id() + ": " + FileErrors.reason(e) + ".", e);
    }
  }

  /**
   * Brings the results home unless they are there, and has what they cost counted: also for results
   * that were fetched when nobody counted, or by a process that died before it could.
   *
   * @throws BatchFailedException also when the batch is not over; nothing is written then
   */
  public Fetched fetch(BatchRecord before, Apis apis) {
    Path results = records.results(before);
    try {
      if (before.fetchedAt() != null && Files.exists(results)) {
        count(before, results, before.fetchedAt());
        return new Fetched(before, results, ResultSummary.of(results), 0);
      }
      BatchRecord record = refresh(before, apis);
      refuseUnlessOver(record);
      int unknownResults = bring(record, apis.of(record), results);
      Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      count(record, results, now);
      BatchRecord fetched = records.save(record.fetched(now));
      return new Fetched(fetched, results, ResultSummary.of(results), unknownResults);
    } catch (IOException e) {
      throw new BatchFailedException(
          "cannot keep the results of " + before.id() + ": " + FileErrors.reason(e) + ".", e);
    }
  }

  private void count(BatchRecord record, Path results, Instant at) throws IOException {
    bills.count(record.id(), at, BatchUsage.of(results, record.provider(), at));
  }

  private static void refuseUnlessOver(BatchRecord record) {
    if (record.status() == BatchStatus.SUBMITTING) {
      throw new BatchFailedException(
          new BatchRefusal.NotKnownToExist(record.provider(), record.id(), record.inputFile()),
          null);
    }
    if (!record.status().isOver()) {
      throw new BatchFailedException(
          "the batch %s is not ready: %d of %d requests are done. Try again later; nothing was written."
              .formatted(
                  record.id(), record.succeeded() + record.failed(), record.requests().size()));
    }
  }

  private int bring(BatchRecord record, BatchApi api, Path results) throws IOException {
    ResultRow row = new ResultRow(record, prices, api.priceFactor(), redactor);
    try (ResultSpool spool = new ResultSpool(record, row, records.temporary())) {
      patience.idempotent(() -> {
        spool.reset();
        api.results(String.valueOf(record.providerBatchId()), spool::take);
        return record;
      });
      PrivateFiles.writeDurably(results, spool::writeTo);
      return spool.unknownResults();
    } catch (AdapterException e) {
      throw new BatchFailedException(
          "cannot read the results of "
              + record.id()
              + ": "
              + e.getMessage()
              + ". Nothing was written.",
          e);
    }
  }
}
