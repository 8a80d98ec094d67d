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
 * The provider {@code deepseek}. It knows JSON mode, but no schemas (its API reference, November
 * 2026).
 */
public final class DeepSeekAdapterFactory implements AdapterFactory {

  @Override
  public String name() {
    return "deepseek";
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.NATIVE_SCHEMA);
  }

  @Override
  public Optional<String> defaultModel() {
    return Optional.of("deepseek-v4-flash");
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    EndpointSettings defaults =
        new EndpointSettings("https://api.deepseek.com", List.of("DEEPSEEK_API_KEY"), null);
    return new HttpAdapter(context, defaults, new ChatCompletions("max_tokens", false));
  }
}
