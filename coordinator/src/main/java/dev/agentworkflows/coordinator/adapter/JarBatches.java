package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.BatchItem;
import dev.agentworkflows.spi.BatchState;
import dev.agentworkflows.spi.FoundBatch;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * A batch API from a third party's jar, in that jar's scope. What it throws and never declared
 * counts as a lasting failure: except where a batch may have been made.
 */
final class JarBatches implements BatchApi {

  private final BatchApi batches;
  private final JarScope scope;

  JarBatches(BatchApi batches, JarScope scope) {
    this.batches = batches;
    this.scope = scope;
  }

  @Override
  public String submit(String reference, List<BatchItem> items)
      throws AdapterException, InterruptedException {
    // Told apart from what the adapter throws on purpose, and whose kind can be relied on.
    AdapterException[] meant = new AdapterException[1];
    try {
      return scope.answer(
          "submitting a batch",
          () -> {
            try {
              return batches.submit(reference, items);
            } catch (AdapterException e) {
              meant[0] = e;
              throw e;
            }
          });
    } catch (AdapterException e) {
      throw e == meant[0]
          ? e
          : new AdapterException(
              AdapterException.Kind.TRANSIENT,
              String.valueOf(e.getMessage()),
              null,
              e.usage(),
              e.getCause());
    }
  }

  @Override
  public List<FoundBatch> find(String reference, Instant since, int items)
      throws AdapterException, InterruptedException {
    return scope.answer("looking for a batch", () -> batches.find(reference, since, items));
  }

  @Override
  public BatchState state(String batchId) throws AdapterException, InterruptedException {
    return scope.answer("looking at a batch", () -> batches.state(batchId));
  }

  @Override
  public void results(String batchId, ResultSink sink)
      throws AdapterException, InterruptedException {
    scope.answer(
        "reading the results of a batch",
        () -> {
          batches.results(batchId, sink);
          return batchId;
        });
  }

  @Override
  public BigDecimal priceFactor() {
    try {
      return scope.inside(batches::priceFactor);
    } catch (OutOfMemoryError | InternalError e) {
      throw e;
    } catch (Throwable e) {
      return BigDecimal.ONE;
    }
  }
}
