package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.Dialect;
import dev.agentworkflows.adapter.http.EndpointSettings;
import dev.agentworkflows.adapter.http.HttpAdapterFactory;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.Capability;
import java.util.List;
import java.util.Set;

/**
 * The provider {@code openrouter}, which passes calls on to the providers of many models and says
 * what each call cost.
 */
public final class OpenRouterAdapterFactory extends HttpAdapterFactory {

  public OpenRouterAdapterFactory() {
    super(
        "openrouter",
        new EndpointSettings(
            "openai/gpt-6-sol",
            "https://openrouter.ai/api/v1",
            List.of("OPENROUTER_API_KEY"),
            null));
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.NATIVE_SCHEMA, Capability.HISTORY, Capability.REPORTS_COST);
  }

  @Override
  protected Dialect dialect(AdapterContext context) {
    return new ChatCompletions("max_tokens", true);
  }
}
