package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.batch.BatchRecord.Asked;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.BatchResult;
import dev.agentworkflows.spi.BatchResult.Answered;
import dev.agentworkflows.spi.BatchResult.Unanswered;
import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What stands in the file of results for one question: a line of JSON, without any key. */
final class ResultRow {

  private final BatchRecord batch;
  private final BatchPrices prices;
  private final BigDecimal priceFactor;
  private final Redactor redactor;
  private final Map<String, @Nullable String> models = new HashMap<>();

  ResultRow(BatchRecord batch, BatchPrices prices, BigDecimal priceFactor, Redactor redactor) {
    this.batch = batch;
    this.prices = prices;
    this.priceFactor = priceFactor;
    this.redactor = redactor;
    batch.requests().forEach(asked -> models.put(asked.customId(), asked.model()));
  }

  byte[] of(BatchResult result) {
    String id = result.customId();
    if (result instanceof Answered answered) {
      AgentReply reply = answered.reply();
      String model = reply.model() == null ? models.get(id) : reply.model();
      return bytes(
          row(id, "done", reply.text(), model)
              .usage(reply.usage())
              .cost(cost(id, reply.costUsd(), model, reply.usage()))
              .error(null));
    }
    Unanswered unanswered = (Unanswered) result;
    String model = models.get(id);
    return bytes(
        row(id, unanswered.reason().name().toLowerCase(Locale.ROOT), null, model)
            .usage(unanswered.usage())
            .cost(cost(id, null, model, unanswered.usage()))
            .error(unanswered.error()));
  }

  /** The provider sent no result; the batch as a whole says why. */
  byte[] missing(Asked asked) {
    String status =
        switch (batch.status()) {
          case FAILED -> "failed";
          case EXPIRED -> "expired";
          case CANCELLED -> "cancelled";
          default -> "missing";
        };
    String error =
        batch.problem() == null
            ? "the provider gave no result for it (the batch: " + batch.status().label() + ")"
            : batch.problem();
    return bytes(
        row(asked.customId(), status, null, asked.model())
            .usage(Usage.UNKNOWN)
            .cost(null)
            .error(error));
  }

  /** Of the model that answered, else of the one that was asked for. */
  private @Nullable BigDecimal cost(
      String id, @Nullable BigDecimal reported, @Nullable String model, Usage usage) {
    if (reported != null) {
      return reported;
    }
    // Nobody is billed for what was not run.
    if (usage.equals(Usage.UNKNOWN)) {
      return null;
    }
    return prices
        .cost(batch.provider(), model, usage)
        .or(() -> prices.cost(batch.provider(), models.get(id), usage))
        .map(cost -> plain(cost.multiply(priceFactor)))
        .orElse(null);
  }

  /** Without zeros at its end, and without an exponent. */
  private static BigDecimal plain(BigDecimal cost) {
    BigDecimal stripped = cost.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  private Row row(String id, String status, @Nullable String text, @Nullable String model) {
    return new Row(
        Json.object()
            .put("custom_id", id)
            .put("status", status)
            .put("text", redactor.redactNullable(text))
            .put("model", redactor.redactNullable(model)));
  }

  private record Row(ObjectNode json) {

    Row usage(Usage usage) {
      json.put("input_tokens", usage.inputTokens())
          .put("output_tokens", usage.outputTokens())
          .put("cache_read_tokens", usage.cacheReadTokens())
          .put("cache_write_tokens", usage.cacheWriteTokens());
      return this;
    }

    Row cost(@Nullable BigDecimal cost) {
      json.put("cost_usd", cost);
      return this;
    }

    ObjectNode error(@Nullable String error) {
      return json.put("error", error);
    }
  }

  private byte[] bytes(ObjectNode row) {
    String error = row.path("error").isString() ? row.path("error").stringValue() : null;
    row.put("error", redactor.redactNullable(error));
    return (Json.write(row) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
