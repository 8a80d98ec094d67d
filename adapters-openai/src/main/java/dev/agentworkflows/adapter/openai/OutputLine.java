package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.Failures;
import dev.agentworkflows.adapter.http.KeyedEndpoint;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.BatchResult;
import dev.agentworkflows.spi.BatchResult.Reason;
import dev.agentworkflows.spi.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A line of a batch's file with answers, or of that with errors: both have the same form. */
record OutputLine(JsonNode json, KeyedEndpoint endpoint) {

  BatchResult result() throws AdapterException {
    String id = json.path("custom_id").asString("");
    JsonNode response = json.path("response");
    if (!response.isObject()) {
      return notRun(id, json.path("error"));
    }
    int status = response.path("status_code").asInt(0);
    JsonNode body = response.path("body");
    if (status / 100 != 2) {
      AdapterException error = Failures.error(status, body, Usage.UNKNOWN);
      return failed(id, error.getMessage(), Usage.UNKNOWN);
    }
    try {
      return new BatchResult.Answered(id, ChatAnswer.of(body, null).reply());
    } catch (AdapterException e) {
      return failed(id, e.getMessage(), e.usage());
    }
  }

  private BatchResult notRun(String id, JsonNode error) throws AdapterException {
    Reason reason =
        switch (error.path("code").asString("")) {
          case "batch_expired" -> Reason.EXPIRED;
          case "batch_cancelled" -> Reason.CANCELLED;
          default -> Reason.FAILED;
        };
    String message = error.path("message").asString("the provider gave no reason");
    return new BatchResult.Unanswered(id, reason, endpoint.reported(message), Usage.UNKNOWN);
  }

  private BatchResult failed(String id, @Nullable String message, Usage usage)
      throws AdapterException {
    return new BatchResult.Unanswered(
        id, Reason.FAILED, endpoint.reported(String.valueOf(message)), usage);
  }
}
