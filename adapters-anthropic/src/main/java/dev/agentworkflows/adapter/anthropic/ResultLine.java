package dev.agentworkflows.adapter.anthropic;

import dev.agentworkflows.adapter.http.KeyedEndpoint;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.BatchResult;
import dev.agentworkflows.spi.BatchResult.Reason;
import dev.agentworkflows.spi.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A line of a batch's results. */
record ResultLine(JsonNode json, KeyedEndpoint endpoint) {

  BatchResult result() throws AdapterException {
    String id = json.path("custom_id").asString("");
    JsonNode result = json.path("result");
    return switch (result.path("type").asString("")) {
      case "succeeded" -> answered(id, result.path("message"));
      case "expired" ->
          unanswered(id, Reason.EXPIRED, "the batch expired before it was its turn", Usage.UNKNOWN);
      case "canceled" ->
          unanswered(
              id,
              Reason.CANCELLED,
              "the batch was cancelled before it was its turn",
              Usage.UNKNOWN);
      default ->
          unanswered(
              id,
              Reason.FAILED,
              result.path("error").path("error").path("message").asString("no reason is given"),
              Usage.UNKNOWN);
    };
  }

  private BatchResult answered(String id, JsonNode message) throws AdapterException {
    try {
      return new BatchResult.Answered(id, MessageAnswer.of(message, null).reply(null));
    } catch (AdapterException e) {
      return unanswered(id, Reason.FAILED, e.getMessage(), e.usage());
    }
  }

  private BatchResult unanswered(String id, Reason reason, @Nullable String error, Usage usage)
      throws AdapterException {
    return new BatchResult.Unanswered(id, reason, endpoint.reported(String.valueOf(error)), usage);
  }
}
