package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.Dialect;
import dev.agentworkflows.adapter.http.EndpointSettings;
import dev.agentworkflows.adapter.http.HttpAdapterFactory;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.Effort;
import java.util.List;

/**
 * The provider {@code deepseek}. It knows JSON mode, but no schemas (its API reference, November
 * 2026).
 */
public final class DeepSeekAdapterFactory extends HttpAdapterFactory {

  public DeepSeekAdapterFactory() {
    super(
        "deepseek",
        new EndpointSettings(
            "deepseek-v4-flash", "https://api.deepseek.com", List.of("DEEPSEEK_API_KEY"), null));
  }

  @Override
  protected Dialect dialect(AdapterContext context) {
    return new ChatCompletions("max_tokens", false, Effort.MAX);
  }
}
