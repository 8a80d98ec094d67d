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
 * The provider {@code deepseek}. It knows JSON mode, but no schemas (its API reference, November
 * 2026).
 */
public final class DeepSeekAdapterFactory implements AdapterFactory {

  private static final String MODEL = "deepseek-v4-flash";

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
    return Optional.of(MODEL);
  }

  @Override
  public Set<String> secrets() {
    return Set.of("DEEPSEEK_API_KEY");
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    EndpointSettings defaults =
        new EndpointSettings(MODEL, "https://api.deepseek.com", List.of("DEEPSEEK_API_KEY"), null);
    return new HttpAdapter(context, defaults, new ChatCompletions("max_tokens", false));
  }
}
