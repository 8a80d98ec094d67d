package dev.agentworkflows.adapter.anthropic;

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
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /v1/messages/batches}: all questions in one request, all results in one file. A batch
 * carries no mark of whoever made it, so it can be looked for by its size and age alone.
 */
final class MessageBatches implements BatchApi {

  private static final String PATH = "/v1/messages/batches";
  private static final BigDecimal HALF = new BigDecimal("0.5");
  private static final int MAX_PAGES = 20;
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

  /** What the API takes; it would refuse the batch as a whole, and name no line. */
  private static final Pattern CUSTOM_ID = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  private final KeyedEndpoint endpoint;

  MessageBatches(KeyedEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public String submit(String reference, List<BatchItem> items)
      throws AdapterException, InterruptedException {
    for (BatchItem item : items) {
      if (!CUSTOM_ID.matcher(item.customId()).matches()) {
        throw new AdapterException(
            Kind.PERMANENT,
            "the custom_id '%s' is none for Anthropic: 1 to 64 letters, digits, _ and - are"
                .formatted(endpoint.reported(item.customId())));
      }
    }
    RequestBody body =
        new RequestBody(
            "application/json",
            () ->
                Stream.concat(
                        Stream.of(utf8("{\"requests\":[")),
                        Stream.concat(requests(items), Stream.of(utf8("]}"))))
                    .iterator());
    String id = Fields.text(endpoint.create(PATH, body).path("id"));
    if (id == null) {
      throw new AdapterException(Kind.TRANSIENT, "the answer to the submission names no batch");
    }
    return id;
  }

  private Stream<byte[]> requests(List<BatchItem> items) {
    return IntStream.range(0, items.size())
        .mapToObj(i -> utf8((i == 0 ? "" : ",") + Json.write(request(items.get(i)))));
  }

  private ObjectNode request(BatchItem item) {
    ObjectNode params = endpoint.question(item);
    return Json.object().put("custom_id", item.customId()).set("params", params);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public List<FoundBatch> find(String reference, Instant since, int items)
      throws AdapterException, InterruptedException {
    List<FoundBatch> found = new ArrayList<>();
    Instant earliest = since.minus(CLOCKS_DIFFER);
    String after = "";
    for (int page = 0; page < MAX_PAGES; page++) {
      JsonNode list = endpoint.get(PATH + "?limit=100" + after);
      Instant oldest = Instant.MAX;
      for (JsonNode batch : list.path("data")) {
        String id = Fields.text(batch.path("id"));
        oldest = createdAt(batch);
        if (id != null && !oldest.isBefore(earliest) && Counts.of(batch).total() == items) {
          found.add(new FoundBatch(id, oldest, false));
        }
      }
      String last = Fields.text(list.path("last_id"));
      if (!list.path("has_more").asBoolean(false) || last == null || oldest.isBefore(earliest)) {
        return found;
      }
      after = "&after_id=" + KeyedEndpoint.segment(last);
    }
    return found;
  }

  private static Instant createdAt(JsonNode batch) {
    try {
      return OffsetDateTime.parse(batch.path("created_at").asString("")).toInstant();
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  @Override
  public BatchState state(String batchId) throws AdapterException, InterruptedException {
    JsonNode batch = endpoint.get(PATH + "/" + KeyedEndpoint.segment(batchId));
    Counts counts = Counts.of(batch);
    String archived = Fields.text(batch.path("archived_at"));
    return new BatchState(
        batch.path("processing_status").asString("").equals("ended")
            ? Phase.ENDED
            : Phase.IN_PROGRESS,
        counts.total(),
        counts.succeeded(),
        counts.failed(),
        archived == null ? null : "its results are gone since " + endpoint.reported(archived));
  }

  @Override
  public void results(String batchId, ResultSink sink)
      throws AdapterException, InterruptedException {
    endpoint.lines(
        PATH + "/" + KeyedEndpoint.segment(batchId) + "/results",
        line -> sink.accept(new ResultLine(line, endpoint).result()));
  }

  @Override
  public BigDecimal priceFactor() {
    return HALF;
  }

  /** The questions of a batch by what became of them. */
  private record Counts(long total, long succeeded, long failed) {

    static Counts of(JsonNode batch) {
      JsonNode counts = batch.path("request_counts");
      long succeeded = counts.path("succeeded").asLong(0);
      long failed =
          counts.path("errored").asLong(0)
              + counts.path("canceled").asLong(0)
              + counts.path("expired").asLong(0);
      return new Counts(
          counts.path("processing").asLong(0) + succeeded + failed, succeeded, failed);
    }
  }
}
