package dev.agentworkflows.adapter.gemini;

import dev.agentworkflows.adapter.http.AimockContract;
import dev.agentworkflows.spi.AdapterFactory;

class GeminiAimockTest extends AimockContract {

  @Override
  protected AdapterFactory factory() {
    return new GeminiAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "GEMINI_API_KEY";
  }

  @Override
  protected String basePath() {
    return "/v1beta";
  }

  @Override
  protected String structuredFixture() {
    return """
    {"match": {"userMessage": "structured"}, "response": {"content": "{\\"n\\": 3}"}}
    """;
  }
}
