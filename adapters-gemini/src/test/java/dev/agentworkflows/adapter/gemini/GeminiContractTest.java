package dev.agentworkflows.adapter.gemini;

import dev.agentworkflows.adapter.http.HttpAdapterContract;
import dev.agentworkflows.adapter.http.Json;
import dev.agentworkflows.spi.AdapterFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class GeminiContractTest extends HttpAdapterContract {

  @Override
  protected AdapterFactory factory() {
    return new GeminiAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "GEMINI_API_KEY";
  }

  @Override
  protected String answer(String text) {
    ObjectNode candidate = Json.object().put("finishReason", "STOP");
    candidate.putObject("content").putArray("parts").addObject().put("text", text);
    ObjectNode answer = Json.object().put("modelVersion", "gemini-test-1");
    answer.putArray("candidates").add(candidate);
    answer.putObject("usageMetadata").put("promptTokenCount", 3).put("candidatesTokenCount", 4);
    return Json.write(answer);
  }

  @Override
  protected String prompt(JsonNode request) {
    return request.at("/contents/0/parts/0/text").stringValue();
  }
}
