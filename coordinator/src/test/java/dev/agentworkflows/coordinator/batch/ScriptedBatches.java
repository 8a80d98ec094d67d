package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.BatchItem;
import dev.agentworkflows.spi.BatchResult;
import dev.agentworkflows.spi.BatchState;
import dev.agentworkflows.spi.FoundBatch;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A provider whose every answer a test decides, and that counts what it is asked. */
final class ScriptedBatches implements BatchApi {

  /** One answer. */
  interface Answer<T> {
    T give() throws AdapterException;
  }

  /** Sends some results, and may fail in the middle. */
  interface Sending {
    void to(ResultSink sink) throws AdapterException;
  }

  final Deque<Answer<String>> submissions = new ArrayDeque<>();
  final Deque<Answer<List<FoundBatch>>> finds = new ArrayDeque<>();
  final Deque<Sending> sendings = new ArrayDeque<>();
  final List<String> references = new ArrayList<>();
  BatchState state = new BatchState(BatchState.Phase.IN_PROGRESS, 0, 0, 0, null);
  int looks;
  int reads;
  int searches;

  static <T> Answer<T> failing(Kind kind, String message) {
    return () -> {
      throw new AdapterException(kind, message);
    };
  }

  @Override
  public String submit(String reference, List<BatchItem> items) throws AdapterException {
    references.add(reference);
    return submissions.remove().give();
  }

  @Override
  public List<FoundBatch> find(String reference, Instant since, int items) throws AdapterException {
    searches++;
    return finds.isEmpty() ? List.of() : finds.remove().give();
  }

  @Override
  public BatchState state(String batchId) {
    looks++;
    return state;
  }

  @Override
  public void results(String batchId, ResultSink sink) throws AdapterException {
    reads++;
    sendings.remove().to(sink);
  }

  void send(BatchResult... results) {
    sendings.add(sink -> {
      for (BatchResult result : results) {
        sink.accept(result);
      }
    });
  }

  @Override
  public BigDecimal priceFactor() {
    return new BigDecimal("0.5");
  }
}
