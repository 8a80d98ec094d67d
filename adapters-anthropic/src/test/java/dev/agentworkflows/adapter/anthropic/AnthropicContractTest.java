package dev.agentworkflows.adapter.anthropic;

import dev.agentworkflows.adapter.http.HttpAdapterContract;
import dev.agentworkflows.adapter.http.Json;
import dev.agentworkflows.spi.AdapterFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class AnthropicContractTest extends HttpAdapterContract {

  @Override
  protected AdapterFactory factory() {
    return new AnthropicAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "ANTHROPIC_API_KEY";
  }

  @Override
  protected String answer(String text) {
    ObjectNode answer = Json.object().put("type", "message").put("model", "claude-test-1");
    answer.putArray("content").addObject().put("type", "text").put("text", text);
    answer.put("stop_reason", "end_turn");
    answer.putObject("usage").put("input_tokens", 3).put("output_tokens", 4);
    return Json.write(answer);
  }

  @Override
  protected String prompt(JsonNode request) {
    return request.at("/messages/0/content").stringValue();
  }
}
