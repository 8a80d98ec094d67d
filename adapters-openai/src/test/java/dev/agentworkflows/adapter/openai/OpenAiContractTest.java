package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.HttpAdapterContract;
import dev.agentworkflows.adapter.http.Json;
import dev.agentworkflows.spi.AdapterFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class OpenAiContractTest extends HttpAdapterContract {

  @Override
  protected AdapterFactory factory() {
    return new OpenAiAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "OPENAI_API_KEY";
  }

  @Override
  protected String answer(String text) {
    ObjectNode choice = Json.object().put("index", 0).put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", text);
    ObjectNode answer = Json.object().put("model", "gpt-test-1");
    answer.putArray("choices").add(choice);
    answer.putObject("usage").put("prompt_tokens", 3).put("completion_tokens", 4);
    return Json.write(answer);
  }

  @Override
  protected String prompt(JsonNode request) {
    return request.at("/messages/0/content").stringValue();
  }
}
