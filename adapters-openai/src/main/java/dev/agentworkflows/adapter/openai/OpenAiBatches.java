package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.Fields;
import dev.agentworkflows.adapter.http.Json;
import dev.agentworkflows.adapter.http.KeyedEndpoint;
import dev.agentworkflows.adapter.http.RequestBody;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.BatchItem;
import dev.agentworkflows.spi.BatchState;
import dev.agentworkflows.spi.BatchState.Phase;
import dev.agentworkflows.spi.FoundBatch;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /batches} and {@code /files}: the questions are uploaded as a file, the batch is made of
 * it, and its results are two files, one with answers and one with errors. The reference is in the
 * batch's metadata.
 */
final class OpenAiBatches implements BatchApi {

  /** Relative to the API, whatever the base URL. */
  private static final String CHAT = "/v1/chat/completions";

  private static final String REFERENCE = "owf_batch";

  /** Of the year 9999: a moment beyond it is none that could be told. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final BigDecimal HALF = new BigDecimal("0.5");
  private static final int MAX_PAGES = 20;
  private static final int MAX_TOLD = 3;
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

  private final KeyedEndpoint endpoint;

  OpenAiBatches(KeyedEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public String submit(String reference, List<BatchItem> items)
      throws AdapterException, InterruptedException {
    JsonNode file = endpoint.prepare("/files", UploadedFile.of(reference, items, this::line));
    String fileId = Fields.text(file.path("id"));
    if (fileId == null) {
      throw new AdapterException(Kind.NOT_SENT, "the uploaded file was given no id");
    }
    ObjectNode batch = Json.object().put("input_file_id", fileId);
    batch.put("endpoint", CHAT).put("completion_window", "24h");
    batch.putObject("metadata").put(REFERENCE, reference);
    String id = Fields.text(endpoint.create("/batches", RequestBody.json(batch)).path("id"));
    if (id == null) {
      throw new AdapterException(Kind.TRANSIENT, "the answer to the submission names no batch");
    }
    return id;
  }

  private ObjectNode line(BatchItem item) {
    ObjectNode body = endpoint.question(item);
    ObjectNode line = Json.object().put("custom_id", item.customId());
    return line.put("method", "POST").put("url", CHAT).set("body", body);
  }

  @Override
  public List<FoundBatch> find(String reference, Instant since, int items)
      throws AdapterException, InterruptedException {
    List<FoundBatch> found = new ArrayList<>();
    String after = "";
    for (int page = 0; page < MAX_PAGES; page++) {
      JsonNode list = endpoint.get("/batches?limit=100" + after);
      Instant oldest = Instant.MAX;
      for (JsonNode batch : list.path("data")) {
        String id = Fields.text(batch.path("id"));
        long created = batch.path("created_at").asLong(0);
        oldest = Instant.ofEpochSecond(Math.max(0, Math.min(LAST_SECOND, created)));
        if (id != null && batch.path("metadata").path(REFERENCE).asString("").equals(reference)) {
          found.add(new FoundBatch(id, oldest, true));
        }
      }
      String last = Fields.text(list.path("last_id"));
      if (!list.path("has_more").asBoolean(false)
          || last == null
          || oldest.isBefore(since.minus(CLOCKS_DIFFER))) {
        return found;
      }
      after = "&after=" + KeyedEndpoint.segment(last);
    }
    return found;
  }

  @Override
  public BatchState state(String batchId) throws AdapterException, InterruptedException {
    JsonNode batch = batch(batchId);
    JsonNode counts = batch.path("request_counts");
    return new BatchState(
        phase(batch.path("status").asString("")),
        counts.path("total").asLong(0),
        counts.path("completed").asLong(0),
        counts.path("failed").asLong(0),
        problem(batch.path("errors").path("data")));
  }

  private JsonNode batch(String batchId) throws AdapterException, InterruptedException {
    return endpoint.get("/batches/" + KeyedEndpoint.segment(batchId));
  }

  /** A status that nobody knows yet is not taken for an end. */
  private static Phase phase(String status) {
    return switch (status) {
      case "completed" -> Phase.ENDED;
      case "failed" -> Phase.FAILED;
      case "expired" -> Phase.EXPIRED;
      case "cancelled" -> Phase.CANCELLED;
      default -> Phase.IN_PROGRESS;
    };
  }

  private @Nullable String problem(JsonNode errors) throws AdapterException {
    StringJoiner told = new StringJoiner("; ");
    int more = errors.size() - MAX_TOLD;
    for (int i = 0; i < Math.min(errors.size(), MAX_TOLD); i++) {
      Long line = Fields.first(errors.path(i).path("line"));
      String message = errors.path(i).path("message").asString("no message");
      told.add((line == null ? "" : "line " + line + ": ") + endpoint.reported(message));
    }
    if (more > 0) {
      told.add("and " + more + " more");
    }
    return errors.isEmpty() ? null : told.toString();
  }

  @Override
  public void results(String batchId, ResultSink sink)
      throws AdapterException, InterruptedException {
    JsonNode batch = batch(batchId);
    for (String name : List.of("output_file_id", "error_file_id")) {
      String file = Fields.text(batch.path(name));
      if (file != null) {
        endpoint.lines(
            "/files/" + KeyedEndpoint.segment(file) + "/content",
            line -> sink.accept(new OutputLine(line, endpoint).result()));
      }
    }
  }

  @Override
  public BigDecimal priceFactor() {
    return HALF;
  }
}
