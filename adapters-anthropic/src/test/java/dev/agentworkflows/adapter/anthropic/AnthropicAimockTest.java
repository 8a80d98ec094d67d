package dev.agentworkflows.adapter.anthropic;

import dev.agentworkflows.adapter.http.AimockContract;
import dev.agentworkflows.spi.AdapterFactory;

class AnthropicAimockTest extends AimockContract {

  @Override
  protected AdapterFactory factory() {
    return new AnthropicAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "ANTHROPIC_API_KEY";
  }

  @Override
  protected String basePath() {
    return "";
  }

  @Override
  protected String structuredFixture() {
    return """
    {"match": {"userMessage": "structured", "toolName": "answer"}, "response": {"toolCalls": [{"name": "answer", "arguments": "{\\"n\\": 3}"}]}}
    """;
  }
}
