package dev.agentworkflows.spi;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * A provider's batch API: many questions handed over at once, answered within hours, and cheaper.
 *
 * <p>Used by many threads at once. Every method blocks, ends soon after an interruption, and does
 * not retry: the coordinator does.
 */
public interface BatchApi {

  /**
   * Hands over all items as one batch.
   *
   * <p>A batch must never be paid for twice, so the kind of a failure is a promise here: {@code
   * NOT_SENT}, {@code RATE_LIMITED}, {@code PERMANENT}, and of level 4 {@code USAGE_LIMITED} and
   * {@code EXHAUSTED}, of level 5 {@code UNAVAILABLE}, mean that surely no batch was made, and
   * after {@code NOT_SENT} the coordinator tries again. {@code TRANSIENT} and {@code TIMEOUT} mean
   * that one may have been made; nobody then submits again without asking {@link #find} and a
   * person.
   *
   * @param reference the coordinator's own name for the batch, ASCII, at most 64 characters; kept
   *     with the batch where the provider can do so
   * @param items at least one, with different ids
   * @return the provider's id of the batch
   */
  String submit(String reference, List<BatchItem> items)
      throws AdapterException, InterruptedException;

  /**
   * Looks for a batch whose submission came to no known end. Where the provider keeps the reference
   * a find is certain; elsewhere it is a batch of the right size and age.
   *
   * @param reference as it was submitted
   * @param since when it was submitted; clocks may differ
   * @param items how many
   * @return the newest first; empty when the provider lists none
   */
  List<FoundBatch> find(String reference, Instant since, int items)
      throws AdapterException, InterruptedException;

  /**
   * How far a batch is.
   *
   * @param batchId what {@link #submit} gave
   */
  BatchState state(String batchId) throws AdapterException, InterruptedException;

  /**
   * Reads the results of a batch that is not in progress any more, in any order. There may be none
   * for some items, and none at all.
   *
   * @param sink gets each result as it is read; not called after this method has ended
   * @throws AdapterException also when the results broke off: what the sink got is then not all
   */
  void results(String batchId, ResultSink sink) throws AdapterException, InterruptedException;

  /** What a token costs in a batch, in parts of its usual price: 0.5 for half of it. */
  BigDecimal priceFactor();

  /** Takes results one after another. */
  @FunctionalInterface
  interface ResultSink {

    /**
     * Takes one result.
     *
     * @throws AdapterException when no more are wanted; goes on to whoever asked for the results
     */
    void accept(BatchResult result) throws AdapterException;
  }
}
