package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.AimockContract;
import dev.agentworkflows.spi.AdapterFactory;

class OpenAiAimockTest extends AimockContract {

  @Override
  protected AdapterFactory factory() {
    return new OpenAiAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "OPENAI_API_KEY";
  }

  @Override
  protected String basePath() {
    return "/v1";
  }

  @Override
  protected String structuredFixture() {
    return """
    {"match": {"userMessage": "structured", "responseFormat": "json_schema"}, "response": {"content": "{\\"n\\": 3}"}}
    """;
  }
}
