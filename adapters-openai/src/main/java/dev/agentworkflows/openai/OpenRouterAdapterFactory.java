package dev.agentworkflows.openai;

import dev.agentworkflows.http.EndpointSettings;
import dev.agentworkflows.http.HttpAdapter;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The provider {@code openrouter}, which passes calls on to the providers of many models and says
 * what each call cost.
 */
public final class OpenRouterAdapterFactory implements AdapterFactory {

  @Override
  public String name() {
    return "openrouter";
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.NATIVE_SCHEMA);
  }

  @Override
  public Optional<String> defaultModel() {
    return Optional.of("openai/gpt-6-sol");
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    EndpointSettings defaults =
        new EndpointSettings("https://openrouter.ai/api/v1", List.of("OPENROUTER_API_KEY"), null);
    return new HttpAdapter(context, defaults, new ChatCompletions("max_tokens", true));
  }
}
