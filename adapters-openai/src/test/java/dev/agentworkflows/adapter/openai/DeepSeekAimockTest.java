package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.AimockContract;
import dev.agentworkflows.spi.AdapterFactory;

class DeepSeekAimockTest extends AimockContract {

  @Override
  protected AdapterFactory factory() {
    return new DeepSeekAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "DEEPSEEK_API_KEY";
  }

  @Override
  protected String basePath() {
    return "/v1";
  }

  @Override
  protected String structuredFixture() {
    return """
    {"match": {"userMessage": "structured", "responseFormat": "json_object"}, "response": {"content": "{\\"n\\": 3}"}}
    """;
  }
}
