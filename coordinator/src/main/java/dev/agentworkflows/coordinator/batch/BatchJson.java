package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.batch.BatchRecord.Asked;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import dev.agentworkflows.coordinator.json.Times;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A record as JSON: whole for its file, and with the number of its questions alone for people. */
public final class BatchJson {

  private BatchJson() {}

  /** As commands show it. */
  public static ObjectNode shown(BatchRecord record) {
    return common(record).put("requests", record.requests().size());
  }

  static ObjectNode whole(BatchRecord record) {
    ObjectNode json = common(record).put("input_sha256", record.inputSha256());
    ArrayNode requests = json.putArray("requests");
    for (Asked asked : record.requests()) {
      requests.addObject().put("custom_id", asked.customId()).put("model", asked.model());
    }
    return json;
  }

  private static ObjectNode common(BatchRecord record) {
    return Json.object()
        .put("id", record.id())
        .put("provider", record.provider())
        .put("provider_batch_id", record.providerBatchId())
        .put("status", record.status().label())
        .put("input_file", record.inputFile().toString())
        .put("created_at", Times.text(record.createdAt()))
        .put("submitted_at", text(record.submittedAt()))
        .put("succeeded", record.succeeded())
        .put("failed", record.failed())
        .put("problem", record.problem())
        .put("fetched_at", text(record.fetchedAt()));
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : Times.text(instant);
  }

  /**
   * Reads what {@link #whole} wrote.
   *
   * @throws JsonTextException when it is something else
   */
  static BatchRecord read(String text) {
    JsonNode json = Json.read(text);
    try {
      List<Asked> requests = new ArrayList<>();
      for (JsonNode asked : json.path("requests")) {
        requests.add(new Asked(required(asked, "custom_id"), optional(asked, "model")));
      }
      return new BatchRecord(
          required(json, "id"),
          required(json, "provider"),
          optional(json, "provider_batch_id"),
          BatchStatus.ofLabel(required(json, "status")),
          Path.of(required(json, "input_file")),
          required(json, "input_sha256"),
          requests,
          Instant.parse(required(json, "created_at")),
          instant(json, "submitted_at"),
          json.path("succeeded").asLong(0),
          json.path("failed").asLong(0),
          optional(json, "problem"),
          instant(json, "fetched_at"));
    } catch (IllegalArgumentException | DateTimeException e) {
      String field =
          e instanceof InvalidPathException ? "input_file" : String.valueOf(e.getMessage());
      throw new JsonTextException("a value makes no sense: " + field, e);
    }
  }

  private static String required(JsonNode json, String name) {
    String value = optional(json, name);
    if (value == null) {
      throw new JsonTextException("it has no text '" + name + "'");
    }
    return value;
  }

  private static @Nullable String optional(JsonNode json, String name) {
    JsonNode value = json.path(name);
    return value.isString() ? value.stringValue() : null;
  }

  private static @Nullable Instant instant(JsonNode json, String name) {
    String value = optional(json, name);
    return value == null ? null : Instant.parse(value);
  }
}
