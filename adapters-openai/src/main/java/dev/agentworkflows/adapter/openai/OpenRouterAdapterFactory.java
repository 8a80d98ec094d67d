package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.EndpointSettings;
import dev.agentworkflows.adapter.http.HttpAdapter;
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

  private static final String MODEL = "openai/gpt-6-sol";

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
    return Optional.of(MODEL);
  }

  @Override
  public Set<String> secrets() {
    return Set.of("OPENROUTER_API_KEY");
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    EndpointSettings defaults =
        new EndpointSettings(
            MODEL, "https://openrouter.ai/api/v1", List.of("OPENROUTER_API_KEY"), null);
    return new HttpAdapter(context, defaults, new ChatCompletions("max_tokens", true));
  }
}
