package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.AimockContract;
import dev.agentworkflows.spi.AdapterFactory;

class OpenRouterAimockTest extends AimockContract {

  @Override
  protected AdapterFactory factory() {
    return new OpenRouterAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "OPENROUTER_API_KEY";
  }

  @Override
  protected String basePath() {
    return "/api/v1";
  }

  @Override
  protected String structuredFixture() {
    return """
    {"match": {"userMessage": "structured", "responseFormat": "json_schema"}, "response": {"content": "{\\"n\\": 3}"}}
    """;
  }
}
